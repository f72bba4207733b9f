package trellis.bulk;

import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Sight;
import trellis.store.Store;

/// Whose records a job shows. What it has left lies there for hours: meanwhile an opened record is closed again, a proxy's leave is
/// taken back, a relationship ends. So the question of whether somebody may see it is asked again when it is fetched.
@Component
final class ShownReads {
    private final BulkSql sql;
    private final Access access;
    private final Store store;

    ShownReads(DataSource database, Access access, Store store) {
        this.sql = new BulkSql(database);
        this.access = access;
        this.store = store;
    }

    /// Notes whose records are in what a job leaves.
    ///
    /// @param caller who asked, as they are now
    /// @param patients keys of patients
    void note(Job job, Caller caller, Set<Long> patients) {
        var sight = access.sight(caller);
        if (!(sight instanceof Sight.Everything) && !patients.isEmpty()) {
            sql.note(job.id(), patients, store.known(patients, sight));
        }
    }

    /// Whose records are in it, for whoever still may see them.
    ///
    /// @return keys of patients; none for the machine itself
    /// @throws Refused with [Problem.Forbidden] when the caller has nothing to do any more with somebody of whom they had when it was
    ///     made
    Set<Long> patients(Job job, Caller caller) {
        var noted = sql.noted(job.id());
        var then =
                noted.entrySet().stream()
                        .filter(one -> one.getValue())
                        .map(one -> one.getKey())
                        .collect(Collectors.toSet());
        if (!store.known(then, access.sight(caller)).containsAll(then)) {
            throw new Refused(
                    new Problem.Forbidden(
                            "It shows records of somebody with whom you have nothing to do any more. Ask again for what you"
                                    + " may see now."));
        }
        return Set.copyOf(noted.keySet());
    }
}
