package trellis.subscriptions;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;
import trellis.store.Written;
import trellis.subscriptions.Standing.State;
import trellis.subscriptions.SubscriptionSql.Decided;

/// Writes the status of a Subscription, as a version of its own, together with where its work stands.
@Component
final class StatusChanges {
    private static final Caller WRITER = Caller.system("subscriptions");
    private static final String TYPE = "Subscription";

    private final SubscriptionSql sql;
    private final Store store;
    private final Preparation preparation;
    private final AuditLog audit;
    private final Clock clock;

    StatusChanges(
            DataSource database,
            Store store,
            Preparation preparation,
            AuditLog audit,
            Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.store = store;
        this.preparation = preparation;
        this.audit = audit;
        this.clock = clock;
    }

    /// Writes it. When somebody has written the Subscription meanwhile, that counts and nothing is done.
    ///
    /// @param why it is in error; empty when it is not
    /// @return false when somebody has
    boolean become(Standing standing, State state, String why) {
        return become(standing, state, why, true);
    }

    /// The same, after which no further events are kept.
    ///
    /// @return false when somebody has
    boolean stop(Standing standing, String why) {
        return become(standing, State.ERROR, why, false);
    }

    /// Adds a reason to those for which it is in error.
    ///
    /// @return false when it is there already, or somebody has written it meanwhile
    boolean alsoError(Standing standing, String why) {
        var before =
                store.read(TYPE, standing.id())
                        .map(stored -> stored.json().path("error").asString(""))
                        .orElse("");
        return !before.contains(why)
                && become(standing, State.ERROR, before.isEmpty() ? why : before + ". " + why);
    }

    private boolean become(Standing standing, State state, String why, boolean collects) {
        var stored = store.read(TYPE, standing.id());
        // Asked after the version: what is written between the two is refused by its number.
        var same = sql.one(standing.id()).filter(now -> now.generation() == standing.generation());
        if (stored.isEmpty() || stored.get().deleted() || same.isEmpty()) {
            return false;
        }
        var json = stored.get().json();
        json.put("status", state.word());
        json.remove("error");
        if (!why.isEmpty()) {
            json.put("error", why);
        }
        var content = preparation.prepare(Resource.of(json));
        var put = new Change.Put(content, OptionalLong.of(stored.get().version()), false);
        var decided =
                new Decided(standing.id(), standing.generation(), state, collects, clock.instant());
        try {
            store.write(
                    new Write(
                            List.of(put),
                            Write.References.UNCHECKED,
                            List.of(
                                    new Write.Alongside<>(
                                            SubscriptionSql.decided(), _ -> List.of(decided)),
                                    new Write.Alongside<>(
                                            audit.table(), written -> List.of(line(written))))));
            return true;
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Stale) {
                return false;
            }
            throw e;
        }
    }

    private AuditEntry line(List<Written> written) {
        var one = written.getFirst();
        return new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                WRITER,
                AuditEntry.Action.UPDATE,
                "update",
                Target.resource(TYPE, one.id(), one.version()),
                List.of(),
                200,
                Source.HERE);
    }
}
