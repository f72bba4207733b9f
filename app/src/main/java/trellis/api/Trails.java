package trellis.api;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.store.Change;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// The lines of the audit: what was written is committed with its line; what was shown or refused is
/// written down before the answer leaves.
@Component
final class Trails {
    private final Store store;
    private final AuditLog log;
    private final Clock clock;
    private final Write.Table<AuditEntry> table;
    private final ObjectProvider<Companion> companions;

    Trails(Store store, AuditLog log, Clock clock, ObjectProvider<Companion> companions) {
        this.companions = companions;
        this.store = store;
        this.log = log;
        this.clock = clock;
        this.table = log.table();
    }

    /// Lines for changes that a request makes, and what capabilities commit with them.
    Trail of(FhirRequest request) {
        return changes -> {
            var patients = changes.stream().map(this::patient).toList();
            var all = new ArrayList<Write.Alongside<?>>();
            all.add(new Write.Alongside<>(table, written -> entries(request, patients, written)));
            for (var companion : companions) {
                companion.of(request.caller(), request.base(), changes).ifPresent(all::add);
            }
            return all;
        };
    }

    /// Writes down what was shown or refused, and returns when it is on disk.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.Unavailable] when it could not be
    ///     written; then the answer must not leave
    void record(FhirRequest request, List<Touched> touched) {
        if (!touched.isEmpty()) {
            var now = now();
            log.record(
                    touched.stream()
                            .map(one -> entry(request, one, now))
                            .toArray(AuditEntry[]::new));
        }
    }

    private List<AuditEntry> entries(
            FhirRequest request, List<Long> patients, List<Written> written) {
        var now = now();
        var entries = new ArrayList<AuditEntry>();
        for (var i = 0; i < written.size(); i++) {
            entries.add(entry(request, Touched.written(written.get(i), patients.get(i)), now));
        }
        return entries;
    }

    private long patient(Change change) {
        return switch (change) {
            case Change.Put put -> put.content().patient();
            case Change.Delete(var type, var id, _) ->
                    store.read(type, id).map(Stored::patient).orElse(0L);
        };
    }

    private static AuditEntry entry(FhirRequest request, Touched touched, Instant when) {
        return new AuditEntry(
                when,
                request.caller(),
                touched.action(),
                touched.what(),
                touched.target(),
                List.copyOf(touched.patients()),
                touched.status(),
                request.source());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
