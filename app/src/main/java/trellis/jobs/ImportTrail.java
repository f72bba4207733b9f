package trellis.jobs;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import trellis.access.Caller;
import trellis.api.Trail;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.store.Change;
import trellis.store.Write;

/// The lines that a load leaves in the audit: one for each Bundle or batch, committed with it, and
/// one for each file.
final class ImportTrail {
    private final AuditLog log;
    private final Clock clock;
    private final Caller caller;
    private final Write.Table<AuditEntry> table;

    /// @param caller who loads
    ImportTrail(AuditLog log, Clock clock, Caller caller) {
        this.log = log;
        this.clock = clock;
        this.caller = caller;
        this.table = log.table();
    }

    Caller caller() {
        return caller;
    }

    /// The trail of one Bundle or batch.
    Trail batch(String file, long first, long last) {
        var lines = first == last ? "line " + first : "lines " + first + " to " + last;
        return changes ->
                List.of(
                        new Write.Alongside<>(
                                table,
                                _ ->
                                        List.of(
                                                entry(
                                                        "import",
                                                        file + ", " + lines,
                                                        patients(changes)))));
    }

    /// Writes down what was done with a whole file.
    void file(String what, String file) {
        log.record(entry(what, file, List.of()));
    }

    private static List<Long> patients(List<Change> changes) {
        return changes.stream()
                .filter(Change.Put.class::isInstance)
                .map(change -> ((Change.Put) change).content().patient())
                .filter(patient -> patient != 0)
                .distinct()
                .toList();
    }

    private AuditEntry entry(String what, String about, List<Long> patients) {
        return new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                caller,
                AuditEntry.Action.EXECUTE,
                what,
                AuditEntry.Target.search("", about),
                patients,
                0,
                AuditEntry.Source.HERE);
    }
}
