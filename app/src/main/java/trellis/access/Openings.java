package trellis.access;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Keys;

/// The door of records opened with a reason (break-glass). Whoever treats people may open any record
/// at once; each opening ends by itself, is marked on every page while it lasts, and waits for
/// somebody else to look at it.
@Component
public final class Openings {
    /// A shift's part: long enough for an emergency, short enough to ask again tomorrow.
    static final Duration LASTS = Duration.ofHours(4);

    private static final int MOST_WORDS = 500;

    private final OpeningSql sql;
    private final Persons persons;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Openings(DataSource database, Persons persons, ApplicationEventPublisher events, Clock clock) {
        this.sql = new OpeningSql(database);
        this.persons = persons;
        this.events = events;
        this.clock = clock;
    }

    /// Opens a record for a while.
    ///
    /// @param patient the patient's id
    /// @param words needed when the reason is another one
    /// @throws Refused with [Problem.Invalid] when words are missing or too many, with
    ///     [Problem.Forbidden] when the caller is no person with an account
    public void open(Caller caller, String patient, Reason reason, String words) {
        if (caller.account() == 0) {
            throw new Refused(
                    new Problem.Forbidden("Only a person with an account opens a record by hand."));
        }
        if (persons.self(caller).filter(patient::equals).isPresent()) {
            throw new Refused(new Problem.Forbidden(Entitlement.OWN));
        }
        var said = words.strip();
        if (reason == Reason.OTHER && said.isEmpty()) {
            throw new Refused(Problem.invalid("required", "Say what the reason is.", "words"));
        }
        if (said.length() > MOST_WORDS) {
            throw new Refused(
                    Problem.invalid(
                            "too-long", "Use " + MOST_WORDS + " characters or fewer.", "words"));
        }
        var now = clock.instant();
        sql.insert(
                caller.account(),
                Keys.resource("Patient", patient),
                patient,
                reason,
                said,
                now,
                now.plus(LASTS));
        events.publishEvent(new RecordOpened(caller.account(), patient, now));
    }

    /// Closes a record that the caller had opened.
    public void leave(Caller caller, String patient) {
        sql.close(caller.account(), Keys.resource("Patient", patient), clock.instant());
    }

    /// The caller's opening of a record, while it lasts.
    public Optional<Opening> of(Caller caller, String patient) {
        return caller.account() == 0
                ? Optional.empty()
                : sql.current(caller.account(), Keys.resource("Patient", patient), clock.instant());
    }

    /// Ids of the patients whose records the caller has open.
    Set<String> patients(Caller caller) {
        return caller.account() == 0
                ? Set.of()
                : Set.copyOf(sql.patients(caller.account(), clock.instant()));
    }

    /// Openings that wait to be looked at, or that have been, newest first.
    ///
    /// @param before only those with a smaller number; [Long#MAX_VALUE] to begin
    /// @param count how many at the most
    public List<Opening> some(boolean reviewed, long before, int count) {
        return sql.some(reviewed, before, count);
    }

    /// Openings of one patient's record, newest first.
    ///
    /// @param patient the patient's id
    public List<Opening> about(String patient, int count) {
        return sql.about(Keys.resource("Patient", patient), count);
    }

    /// How many there are of that kind.
    public int count(boolean reviewed) {
        return sql.count(reviewed);
    }

    /// Writes down what came of looking at an opening. The first review stands.
    ///
    /// @throws Refused with [Problem.NotFound], or with [Problem.Forbidden] when it is their own
    public void review(Caller reviewer, long id, Opening.Outcome outcome, String note) {
        var opening =
                sql.byId(id).orElseThrow(() -> new Refused(new Problem.NotFound("The opening")));
        if (opening.account() == reviewer.account()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Somebody else has to look at what you opened yourself."));
        }
        sql.review(id, reviewer.account(), clock.instant(), outcome, note.strip());
    }
}
