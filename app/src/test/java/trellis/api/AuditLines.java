package trellis.api;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;

/// The lines that a request left in the audit.
final class AuditLines {
    private AuditLines() {}

    /// @param request its `X-Request-Id`
    /// @return each as action, interaction, type and status, such as `E history-type Basic 200`
    static List<String> of(TestServer server, String request) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        select action::text || ' ' || what || ' ' || rtype || ' ' || status
                          from audit where request = :request order by seq
                        """)
                .param("request", request)
                .query(String.class)
                .list();
    }

    /// A line with all that says which version of what it was.
    record Line(String action, int status, long ver, String what, String rtype, String fid) {}

    /// @param request its `X-Request-Id`
    static List<Line> whole(TestServer server, String request) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        select action::text as action, status, ver, what, rtype, fid
                          from audit where request = :request order by seq
                        """)
                .param("request", request)
                .query(Line.class)
                .list();
    }

    /// Keys of the patients that a request's lines name.
    ///
    /// @param request its `X-Request-Id`
    static List<Long> patients(TestServer server, String request) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        select p.patient from audit a join audit_patient p on p.seq = a.seq
                         where a.request = :request
                        """)
                .param("request", request)
                .query(Long.class)
                .list();
    }
}
