package trellis.privacy;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.access.Access;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Opening;
import trellis.audit.AuditTrail;
import trellis.audit.AuditTrail.Touch;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchParameters;
import trellis.page.When;
import trellis.people.Patient;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Rounds;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// The door of privacy: what waits to be looked at, looking at it, asking, and the detector. The detector
/// reads what is a minute old, once a minute, away from the road of requests.
@Component
public final class Privacy {
    private static final Duration EVERY = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final Duration AROUND = Duration.ofDays(7);
    private static final int USUAL_DAYS = 14;
    private static final int AT_ONCE = 2_000;
    private static final int MOST_WORDS = 1_000;
    private static final int MOST_REMEMBERED = 10_000;
    private static final String PUBLIC_FIGURE = "CEL";

    private final PrivacySql sql;
    private final AuditTrail trail;
    private final Access access;
    private final Accounts accounts;
    private final Store store;
    private final Clock clock;
    private final Rounds rounds;
    private final Map<String, Double> shares = new ConcurrentHashMap<>();

    Privacy(
            DataSource database,
            AuditTrail trail,
            Access access,
            Accounts accounts,
            Store store,
            Clock clock) {
        this.sql = new PrivacySql(database);
        this.trail = trail;
        this.access = access;
        this.accounts = accounts;
        this.store = store;
        this.clock = clock;
        this.rounds = Rounds.of("accesses", EVERY, () -> watch(clock.instant().minus(SETTLED)));
    }

    @PostConstruct
    void begin() {
        rounds.begin();
    }

    @PreDestroy
    void end() {
        rounds.close();
    }

    /// Looks at every access written before a moment that has not been looked at.
    ///
    /// @return how many it flagged
    synchronized int watch(Instant before) {
        var until = trail.last(before);
        var flagged = 0;
        var after = sql.seen();
        while (after < until) {
            var touches = trail.touches(after, until, AT_ONCE);
            flagged += judge(touches);
            after = touches.size() < AT_ONCE ? until : touches.getLast().seq();
            sql.seen(after);
        }
        return flagged;
    }

    private record Group(long account, long patient, LocalDate day) {}

    private int judge(List<Touch> touches) {
        var groups = new LinkedHashMap<Group, List<Touch>>();
        for (var touch : touches) {
            var day = touch.when().atZone(When.LONDON).toLocalDate();
            var group = new Group(touch.account(), touch.patient(), day);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(touch);
        }
        var flagged = 0;
        for (var group : groups.entrySet()) {
            var verdict = DetectorRules.judge(known(group.getKey(), group.getValue()));
            if (verdict.flagged()) {
                var key = group.getKey();
                sql.flag(
                        key.account(),
                        key.patient(),
                        key.day(),
                        group.getValue().getFirst().seq(),
                        group.getValue().size(),
                        verdict,
                        clock.instant());
                flagged++;
            }
        }
        return flagged;
    }

    private DetectorRules.Access known(Group group, List<Touch> touches) {
        var touch = touches.getFirst();
        var patient = patient(group.patient());
        var staff = accounts.numbered(group.account());
        var own =
                staff.map(one -> one.person().self().patient())
                        .filter(id -> !id.isEmpty())
                        .flatMap(id -> store.read("Patient", id))
                        .filter(found -> !found.deleted())
                        .map(found -> new Patient(found.json()));
        var surname =
                own.flatMap(Privacy::surname)
                        .or(() -> staff.map(one -> lastWord(one.person().name())))
                        .orElse("");
        var theirs = patient.flatMap(Privacy::surname).orElse("");
        var same = !surname.isEmpty() && surname.equals(theirs);
        var start = group.day().atStartOfDay(When.LONDON).toInstant();
        var end = group.day().plusDays(1).atStartOfDay(When.LONDON).toInstant();
        var before = start.minus(Duration.ofDays(USUAL_DAYS));
        return new DetectorRules.Access(
                sameAddress(own, patient),
                same,
                same ? share(theirs) : 1,
                patient.filter(one -> access.colleagues(touch.odsCode()).contains(one.key()))
                        .isPresent(),
                patient.filter(Privacy::publicFigure).isPresent(),
                access.care(touch.odsCode(), group.patient(), touch.when(), store),
                trail.others(touch, start.minus(AROUND), end.plus(AROUND)),
                touches.stream().anyMatch(Touch::opened),
                trail.records(group.account(), start, end),
                trail.records(group.account(), before, start) / (double) USUAL_DAYS);
    }

    /// The patient with a key; empty when there is none any more.
    Optional<Patient> patient(long key) {
        return Optional.ofNullable(store.patients(Set.of(key)).get(key))
                .map(found -> new Patient(found.json()));
    }

    private static Optional<String> surname(Patient patient) {
        return Optional.of(
                        patient.json().at("/name/0/family").asString("").toLowerCase(Locale.ROOT))
                .filter(text -> !text.isEmpty());
    }

    private static String lastWord(String name) {
        return name.substring(name.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean sameAddress(Optional<Patient> own, Optional<Patient> other) {
        var mine = own.flatMap(Privacy::home);
        return mine.isPresent() && mine.equals(other.flatMap(Privacy::home));
    }

    private static Optional<String> home(Patient patient) {
        var address = patient.json().at("/address/0");
        var postcode = address.path("postalCode").asString("").replace(" ", "");
        var line = address.at("/line/0").asString("").toLowerCase(Locale.ROOT);
        return postcode.isEmpty() || line.isEmpty()
                ? Optional.empty()
                : Optional.of(postcode.toUpperCase(Locale.ROOT) + " " + line);
    }

    private static boolean publicFigure(Patient patient) {
        for (JsonNode label : patient.json().at("/meta/security")) {
            if (label.path("code").asString("").equals(PUBLIC_FIGURE)) {
                return true;
            }
        }
        return false;
    }

    /// Which part of all patients bears a surname.
    private double share(String surname) {
        if (shares.size() >= MOST_REMEMBERED) {
            shares.clear();
        }
        return shares.computeIfAbsent(
                surname,
                name -> {
                    var family = SearchParameters.r4().find("Patient", "family").orElseThrow();
                    var test = new Criterion.Test.Starts(Keys.normal(name));
                    var bear = count(new Criterion.AnyValue(family, List.of(test)));
                    return bear / (double) Math.max(1, count());
                });
    }

    private long count(Criterion... criteria) {
        var query =
                new SearchQuery(
                        "Patient",
                        List.of(criteria),
                        List.of(),
                        0,
                        Optional.empty(),
                        true,
                        List.of());
        return store.search(query).total().orElse(0);
    }

    /// Puts a person's question about a line of the audit into the queue.
    ///
    /// @param patient the patient's id
    /// @throws Refused with [Problem.NotFound] when the line is not about that patient, with
    ///     [Problem.Invalid] when there are no words or too many
    public void ask(String patient, long line, String words) {
        var key = Keys.resource("Patient", patient);
        var about =
                trail.line(line, key)
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The entry")));
        var said = words.strip();
        if (said.isEmpty() || said.length() > MOST_WORDS) {
            throw new Refused(
                    Problem.invalid(
                            "value",
                            "Say what you want to know, in " + MOST_WORDS + " characters or fewer",
                            "words"));
        }
        var day = about.when().atZone(When.LONDON).toLocalDate();
        sql.ask(about.who().account(), key, day, line, said, clock.instant());
    }

    /// Numbers of the lines that have been asked about, of one patient.
    public Set<Long> asked(String patient) {
        return sql.asked(Keys.resource("Patient", patient));
    }

    List<Case> some(boolean reviewed, int from, int most) {
        return sql.some(reviewed, from, most);
    }

    int count(boolean reviewed) {
        return sql.count(reviewed);
    }

    /// Writes down what came of looking at a case. The first review stands.
    ///
    /// @throws Refused with [Problem.NotFound], or with [Problem.Forbidden] when it is their own
    void review(Caller reviewer, long id, Opening.Outcome outcome, String note) {
        var account =
                sql.account(id).orElseThrow(() -> new Refused(new Problem.NotFound("The case")));
        if (account == reviewer.account()) {
            throw new Refused(
                    new Problem.Forbidden("Somebody else has to look at what you did yourself."));
        }
        sql.review(id, reviewer.account(), clock.instant(), outcome, note.strip());
    }
}
