package trellis.bench;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A server that is measured: a Trellis that was started for it, or one that runs, of whatever make.
final class Server implements AutoCloseable {
    private static final String TRELLIS = "Trellis";

    private final String name;
    private final URI fhir;
    private final Light light;
    private final Optional<Node> node;
    private final Optional<SizeSql> sql;
    private final boolean isTrellis;

    private Server(String name, URI fhir, Light light, Optional<Node> node, Optional<SizeSql> sql) {
        this.name = name;
        this.fhir = fhir;
        this.light = light;
        this.node = node;
        this.sql = sql;
        this.isTrellis = name.startsWith(TRELLIS);
    }

    /// A Trellis of our own, which has been started.
    static Server own(Node node) throws IOException, SQLException {
        var light = light(node.fhir(), node.token());
        return new Server(
                name(light, node.fhir()),
                node.fhir(),
                light,
                Optional.of(node),
                Optional.of(new SizeSql(node.home())));
    }

    /// A server that runs.
    static Server at(URI fhir, String token) throws IOException {
        var light = light(fhir, token);
        return new Server(name(light, fhir), fhir, light, Optional.empty(), Optional.empty());
    }

    private static Light light(URI fhir, String token) {
        // The second is asked for by the record locator, and passed over by everybody else.
        return new Light(fhir, token, List.of("NHSD-End-User-Organisation-ODS: X26"));
    }

    /// What its CapabilityStatement says that it is.
    private static String name(Light light, URI fhir) throws IOException {
        var software =
                light.get("metadata").expect(200, fhir + "/metadata").json().path("software");
        return (software.path("name").asString("a server at port " + fhir.getPort())
                        + " "
                        + software.path("version").asString(""))
                .strip();
    }

    String name() {
        return name;
    }

    Light light() {
        return light;
    }

    /// Whether it has what Trellis serves besides FHIR.
    boolean isTrellis() {
        return isTrellis;
    }

    /// That of our own; nothing when the server ran before.
    Optional<Node> node() {
        return node;
    }

    Optional<SizeSql> sql() {
        return sql;
    }

    /// What it has used so far.
    Usage usage() {
        return Usage.now(processes(), sql);
    }

    private Processes processes() {
        return node.map(Node::processes)
                .orElseGet(() -> Processes.listening(fhir.getPort() > 0 ? fhir.getPort() : 80));
    }

    /// Says what it is.
    void tell(Figures figures) throws SQLException {
        figures.fact(
                "Server: " + name, isTrellis ? "every request is audited" : "as it was set up");
        if (sql.isPresent()) {
            figures.fact("Database", "PostgreSQL " + sql.get().version() + ", embedded");
        } else {
            figures.note(
                    name
                            + ": ran before; its database are all processes of PostgreSQL on this machine, and what is"
                            + " written to the disk is not known");
        }
    }

    /// What the database takes on the disk, once it has put its things in order.
    void room(Figures figures, String when) throws SQLException {
        if (sql.isEmpty()) {
            return;
        }
        var resources = sql.get().resources();
        var tables = sql.get().tables();
        var all = tables.values().stream().mapToLong(Long::longValue).sum();
        figures.fact("Resources " + when, String.format(Locale.UK, "%,d", resources));
        figures.fact(
                "Disk " + when,
                String.format(
                        Locale.UK,
                        "%,d MB, %,d bytes a resource, all tables and indexes",
                        all / 1_000_000,
                        all / Math.max(1, resources)));
    }

    @Override
    public void close() throws IOException, SQLException {
        light.close();
        if (sql.isPresent()) {
            sql.get().close();
        }
    }
}
