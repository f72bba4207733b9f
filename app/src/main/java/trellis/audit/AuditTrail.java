package trellis.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.store.Keys;

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

    /// One line, if it touched a patient's information.
    ///
    /// @param patient key of the patient
    public Optional<AuditLine> line(long seq, long patient) {
        return sql.line(seq, patient);
    }

    /// Who wrote which version of a Patient, as the log has it.
    ///
    /// @param patient its id
    public Map<Long, AuditLine.Who> writers(String patient) {
        return sql.writers(patient, Keys.resource("Patient", patient));
    }

    /// One line by its number.
    public Optional<AuditLine> numbered(long seq) {
        return sql.numbered(seq);
    }

    /// Somebody with an account, who is not the patient, saw something of a patient.
    ///
    /// @param seq number of the line
    /// @param account whose it is
    /// @param odsCode of their organisation then
    /// @param patient key of the patient
    /// @param opened whether they opened the record with a reason
    public record Touch(
            long seq, Instant when, long account, String odsCode, long patient, boolean opened) {}

    /// What was seen of patients, in the order it was written.
    ///
    /// @param after only lines with a greater number
    /// @param until only lines with a number up to this
    public List<Touch> touches(long after, long until, int most) {
        return sql.touches(after, until, most);
    }

    /// The number of the latest line written before a moment; 0 when there is none.
    public long last(Instant before) {
        return sql.last(before);
    }

    /// How many others of an organisation saw a patient in a span of time.
    public int others(Touch touch, Instant from, Instant until) {
        return sql.others(touch.patient(), touch.account(), touch.odsCode(), from, until);
    }

    /// How many patients an account saw in a span of time.
    public int records(long account, Instant from, Instant until) {
        return sql.records(account, from, until);
    }
}
