package trellis.nodes;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The table of nodes.
final class NodeSql {
    private final JdbcClient db;

    NodeSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// By name.
    List<Node> all() {
        return db.sql("select * from node order by name").query((row, _) -> node(row)).list();
    }

    Optional<Node> named(String name) {
        return db.sql("select * from node where name = ?")
                .param(name)
                .query((row, _) -> node(row))
                .optional();
    }

    /// Adds a node, or changes the one of that name.
    void put(Node node) {
        db.sql(
                        """
                        insert into node (name, organisation, ods, address, certificate, believed)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict (name) do update
                           set organisation = excluded.organisation, ods = excluded.ods,
                               address = excluded.address, certificate = excluded.certificate,
                               believed = excluded.believed
                        """)
                .params(
                        node.name(),
                        node.organisation(),
                        node.ods().stream().sorted().toArray(String[]::new),
                        node.address().toString(),
                        node.certificate(),
                        node.believed())
                .update();
    }

    /// @return whether it was there
    boolean remove(String name) {
        return db.sql("delete from node where name = ?").param(name).update() == 1;
    }

    private static Node node(ResultSet row) throws SQLException {
        return new Node(
                row.getString("name"),
                row.getString("organisation"),
                Set.of((String[]) row.getArray("ods").getArray()),
                URI.create(row.getString("address")),
                row.getString("certificate"),
                row.getBoolean("believed"));
    }
}
