package trellis.subscriptions;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.api.Selections;
import trellis.audit.AuditEntry;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditLog;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.subscriptions.NotificationRules.Told;
import trellis.subscriptions.Standing.Event;
import trellis.subscriptions.Wanted.Content;

/// What of events somebody may see now, asked as a read of theirs is; and the line of the audit that says so.
@Component
final class TellingReads {
    private static final int LOOKED = 200;

    private final EventSql events;
    private final Store store;
    private final Access access;
    private final Selections selections;
    private final AuditLog audit;
    private final Clock clock;

    TellingReads(
            DataSource database,
            Store store,
            Access access,
            Selections selections,
            AuditLog audit,
            Clock clock) {
        this.events = new EventSql(database);
        this.store = store;
        this.access = access;
        this.selections = selections;
        this.audit = audit;
        this.clock = clock;
    }

    /// Gives the next events that somebody may know of their numbers, and throws away the others.
    ///
    /// @return whether there may be more
    boolean number(Caller caller, String subscription) {
        var looked = events.unnumbered(subscription, LOOKED);
        if (!looked.isEmpty()) {
            var seen =
                    looked.stream()
                            .filter(event -> seen(caller, event).isPresent())
                            .collect(Collectors.toSet());
            events.number(subscription, looked, seen);
        }
        return looked.size() == LOOKED;
    }

    /// The version an event is about, when somebody may know of it: they may find and read resources of the type, may read that
    /// version and, where the version before decided as well, that one too.
    private Optional<Stored> seen(Caller caller, Event event) {
        if (!access.mayRead(caller, event.type()) || !access.maySearch(caller, event.type())) {
            return Optional.empty();
        }
        var sight = access.sight(caller);
        var before =
                !event.looksBack()
                        || event.version() == 1
                        || store.read(event.type(), event.id(), event.version() - 1, sight)
                                .isPresent();
        return before
                ? store.read(event.type(), event.id(), event.version(), sight)
                : Optional.empty();
    }

    /// What of an event is told; empty when it may not be seen now.
    ///
    /// @param content how much is told
    Optional<Told> told(Caller caller, Event event, Wanted wanted, Content content) {
        return seen(caller, event)
                .map(stored ->
                        new Told(
                                event,
                                stored,
                                content == Content.EMPTY || stored.deleted()
                                        ? List.of()
                                        : along(caller, stored, wanted)));
    }

    private List<Stored> along(Caller caller, Stored stored, Wanted wanted) {
        var along = new ArrayList<Stored>();
        for (var shape : wanted.topic().shapes()) {
            if (shape.type().equals(stored.type())
                    && !(shape.includes().isEmpty() && shape.reverse().isEmpty())) {
                try {
                    along.addAll(
                            selections.including(
                                    caller,
                                    stored.type(),
                                    stored.id(),
                                    shape.includes(),
                                    shape.reverse()));
                } catch (Refused e) {
                    if (e.problem() instanceof trellis.fhir.Problem.Unavailable) {
                        throw e;
                    }
                    // What somebody may not search, or the topic names wrongly, does not come
                    // along.
                }
            }
        }
        return along;
    }

    /// Writes down what is about to be shown, and returns when that is on disk.
    void record(Caller caller, String subscription, List<Told> events) {
        var patients = new HashSet<Long>();
        for (var told : events) {
            patients.add(told.stored().patient());
            told.along().forEach(one -> patients.add(one.patient()));
        }
        patients.remove(0L);
        audit.record(
                new AuditEntry(
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        caller,
                        AuditEntry.Action.READ,
                        "notification",
                        Target.resource("Subscription", subscription, 0),
                        List.copyOf(patients),
                        200,
                        Source.HERE));
    }
}
