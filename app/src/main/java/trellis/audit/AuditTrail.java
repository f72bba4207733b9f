package trellis.audit;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/// The door for whoever looks at who looked.
@Component
public final class AuditTrail {
    private final AuditTrailSql sql;

    public AuditTrail(DataSource database) {
        this.sql = new AuditTrailSql(database);
    }

    /// Lines that fit, newest first.
    ///
    /// @param most how many at the most
    public List<AuditLine> find(AuditQuery query, int most) {
        return sql.find(query, most);
    }
}
