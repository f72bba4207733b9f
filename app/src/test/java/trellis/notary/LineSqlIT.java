package trellis.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.store.TestDatabase;

/// The bytes of a leaf are what they were when the first log was sealed: whatever else they became, no log that there is would hold.
class LineSqlIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    /// SHA-256 of a zero and the line by version 1 (see [Line]), computed apart from this program.
    private static final String LEAF =
            "9608cd5b5073ed1400aef5eecfdac7e03223a21410199b13e895bd9b3040ca8c";

    @Test
    void a_line_of_a_caller_who_is_gone_that_touched_two_people_has_the_leaf_it_always_had()
            throws SQLException {
        execute("insert into audit_agent (key, agent) values (12, 'a client')");
        execute(
                """
                insert into audit (seq, at, caller, account, agent, patient, others, action, status, ver, what,
                                   rtype, fid, query, address, request)
                values (7, 1790000000000001, 11, 0, 12, 21, 1, 'R', 200, 3, 'read',
                        'Patient', 'p é', 'q=1', '127.0.0.1', 'r-1')
                """);
        execute(
                """
                insert into audit_patient (patient, at, seq)
                values (22, 1790000000000001, 7), (21, 1790000000000001, 7), (21, 1790000000000001, 6),
                       (23, 1790000000000001, 8)
                """);
        var lines = new ArrayList<Line>();
        try (var connection = ConnectionSql.reading(DATABASE.dataSource())) {
            new NotarySql(connection).unsealed(0, lines::add);
        }
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().patients())
                .isEqualTo(List.of("1790000000000001 21", "1790000000000001 22"));
        assertThat(HexFormat.of().formatHex(lines.getFirst().leaf())).isEqualTo(LEAF);
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
