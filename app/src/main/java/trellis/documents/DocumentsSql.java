package trellis.documents;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.audit.AuditEntry;
import trellis.audit.AuditedSql;
import trellis.fhir.Json;
import trellis.store.PatientRows;
import trellis.store.Write;

/// The table of pointers. A change is one transaction with its line in the audit.
final class DocumentsSql {
    private final AuditedSql audited;
    private final JdbcClient db;

    DocumentsSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.audited = new AuditedSql(database, audit);
        this.db = audited.db();
    }

    Optional<Pointer> pointer(String id) {
        return db.sql("select * from pointer where id = ?")
                .param(id)
                .query((row, _) -> pointer(row))
                .optional();
    }

    /// Pointers about a person, the latest first.
    List<Pointer> pointers(PointerRules.Ask ask) {
        return db.sql(
                        """
                        select * from pointer
                         where nhs_number = :number
                           and (:custodian = '' or custodian = :custodian)
                           and (:type = '' or type = :type)
                         order by made desc, id
                        """)
                .param("number", ask.number().digits())
                .param("custodian", ask.custodian().orElse(""))
                .param("type", ask.type().map(PointerType::token).orElse(""))
                .query((row, _) -> pointer(row))
                .list();
    }

    /// Keeps a new pointer, in the place of others.
    ///
    /// @return whether its id was free, and every one of the others was there
    boolean create(Pointer pointer, List<String> superseded, AuditEntry line) {
        return audited.allOrNothing(
                () ->
                        superseded.stream().mapToInt(this::removed).sum() == superseded.size()
                                && insert(pointer) == 1,
                line);
    }

    private int removed(String id) {
        return db.sql("delete from pointer where id = ?").param(id).update();
    }

    private int insert(Pointer pointer) {
        return db.sql(
                        """
                        insert into pointer (id, nhs_number, custodian, type, body, made)
                        values (?, ?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(
                        pointer.id(),
                        pointer.number(),
                        pointer.custodian(),
                        pointer.type().token(),
                        pointer.json().toString(),
                        Timestamp.from(pointer.made()))
                .update();
    }

    /// Keeps a changed pointer, if it is still as it was.
    ///
    /// @return whether it was
    boolean update(Pointer before, Pointer after, AuditEntry line) {
        return audited.allOrNothing(
                () ->
                        db.sql("update pointer set body = ? where id = ? and body = ?")
                                        .params(
                                                after.json().toString(),
                                                before.id(),
                                                before.json().toString())
                                        .update()
                                == 1,
                line);
    }

    /// @return whether it was there
    boolean delete(String id, AuditEntry line) {
        return audited.allOrNothing(() -> removed(id) == 1, line);
    }

    /// Which types an organisation may make pointers of, or find.
    ///
    /// @return empty when nothing is said of it: all of them
    Optional<Set<PointerType>> allowed(String ods, Side side) {
        var types =
                db.sql("select type from pointer_type_allowed where ods = ? and side = ?")
                        .params(ods, side.code())
                        .query(String.class)
                        .list();
        return types.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        types.stream()
                                .flatMap(token -> PointerType.of(token).stream())
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// One line of what is said of organisations.
    record Allowed(String ods, String side, String type) {}

    List<Allowed> allowed() {
        return db.sql("select ods, side, type from pointer_type_allowed order by 1, 2, 3")
                .query(Allowed.class)
                .list();
    }

    /// Says anew which types an organisation may, on one side.
    ///
    /// @param tokens none for all of them
    void allow(String ods, Side side, Set<String> tokens, AuditEntry line) {
        audited.together(
                () -> {
                    db.sql("delete from pointer_type_allowed where ods = ? and side = ?")
                            .params(ods, side.code())
                            .update();
                    tokens.forEach(token ->
                            db.sql(
                                            "insert into pointer_type_allowed (ods, side, type) values (?, ?, ?)")
                                    .params(ods, side.code(), token)
                                    .update());
                    return true;
                },
                _ -> List.of(line));
    }

    /// What an organisation does with pointers.
    enum Side {
        PRODUCE,
        CONSUME;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static Pointer pointer(ResultSet row) throws SQLException {
        return new Pointer(
                row.getString("id"),
                row.getString("nhs_number"),
                row.getString("custodian"),
                PointerType.of(row.getString("type")).orElseThrow(),
                Json.parse(row.getString("body").getBytes(StandardCharsets.UTF_8)),
                row.getTimestamp("made").toInstant());
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class PointerRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(Column.of("pointer", "t.id", "nhs_number", By.NUMBER));
        }
    }
}
