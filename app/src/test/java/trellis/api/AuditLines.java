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
}
