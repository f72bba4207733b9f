package trellis.notary;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Reads lines of the audit with everything they say.
final class LineSql {
    private static final List<String> PARTS =
            List.of(
                    "seq",
                    "at",
                    "caller",
                    "account",
                    "caller_key",
                    "caller_account",
                    "name",
                    "role",
                    "organisation",
                    "ods_code",
                    "came",
                    "agent",
                    "agent_key",
                    "agent_name",
                    "action",
                    "status",
                    "ver",
                    "what",
                    "rtype",
                    "fid",
                    "query",
                    "address",
                    "request",
                    "patient",
                    "others");

    /// What [#line] reads.
    static final String COLUMNS =
            """
            a.seq, a.at, a.caller, a.account, a.agent, a.action::text as action, a.status, a.ver,
            a.what, a.rtype, a.fid, a.query, a.address, a.request, a.patient, a.others,
            c.key as caller_key, c.account as caller_account, c.name, c.role, c.organisation,
            c.ods_code, c.came, g.key as agent_key, g.agent as agent_name,
            p.patients
            """;

    /// Where they come from; a caller or client that is gone is told as such. The first value bound is
    /// a number that all lines wanted are above.
    static final String NAMES =
            """
             left join audit_caller c on c.key = a.caller
             left join audit_agent g on g.key = a.agent
             left join (select seq, array_agg(at || ' ' || patient order by patient, at) as patients
                          from audit_patient where seq > ? group by seq) p on p.seq = a.seq
            """;

    private LineSql() {}

    /// The line that a result stands on.
    static Line line(ResultSet row) throws SQLException {
        var said = new LinkedHashMap<String, String>();
        for (var part : PARTS) {
            said.put(part, String.valueOf(row.getString(part)));
        }
        var patients = new ArrayList<String>();
        var touched = row.getArray("patients");
        if (!row.wasNull()) {
            for (var patient : (Object[]) touched.getArray()) {
                patients.add(String.valueOf(patient));
            }
        }
        return Line.of(row.getLong("seq"), said, patients);
    }
}
