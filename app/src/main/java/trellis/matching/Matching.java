package trellis.matching;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.Patient;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.PatientRows;
import trellis.store.Preparation;
import trellis.store.Rounds;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of matching: who else somebody may be, the pairs that wait for a person, and merging two records.
///
/// New and changed records are looked at every ten seconds, away from the road of requests, by one node at a time. Nothing is
/// ever merged but by a person.
@Component
public final class Matching {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Duration BELIEVED = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;
    private static final int MOST_AT_ONCE = 500;

    /// With more than that in a pass it says too little, and is narrowed by name.
    private static final int MOST_IN_PASS = 150;

    private static final int MOST_CANDIDATES = 50;

    /// Pairs of all organisations that are looked at in one step, and steps for one page.
    private static final int PAIRS_AT_ONCE = 500;

    private static final int STEPS = 100;

    private final Store store;
    private final Access access;
    private final AuditLog log;
    private final MatchingSql sql;
    private final Merger merger;
    private final ReplacedRules replaced;
    private final Clock clock;
    private final Rounds rounds;
    private volatile Loaded loaded = new Loaded(Weights.builtIn(), Instant.MIN);

    Matching(
            Store store,
            Access access,
            AuditLog log,
            List<PatientRows> rows,
            ReplacedRules replaced,
            Preparation preparation,
            DataSource database,
            Clock clock) {
        this.store = store;
        this.access = access;
        this.log = log;
        this.sql = new MatchingSql(database, log.table());
        this.merger = new Merger(store, log, sql, new MovingSql(rows), preparation, clock);
        this.replaced = replaced;
        this.clock = clock;
        this.rounds = Rounds.paced("new and changed people", EVERY, this::round);
    }

    // --- who somebody may be ---------------------------------------------------------------------

    /// Weights, and until when they are believed.
    private record Loaded(Weights weights, Instant until) {}

    /// The weights that count now.
    Weights weights() {
        var now = clock.instant();
        if (!now.isBefore(loaded.until())) {
            loaded = new Loaded(sql.weights().orElseGet(Weights::builtIn), now.plus(BELIEVED));
        }
        return loaded.weights();
    }

    /// Who somebody may be, the surest first: records in use that are, or may be, of the same person.
    ///
    /// If several are certainly the same, none is: somebody has to look.
    ///
    /// @param patient a FHIR Patient as it was sent, or as it is held; its own record is not among them
    /// @param sight what whoever asks may see
    public List<Candidate> candidates(ObjectNode patient, Sight sight) {
        var person = Traits.of(patient);
        var weights = weights();
        var own = patient.path("id").asString("");
        var found =
                gathered(person, patient, sight).stream()
                        .filter(one -> !one.id().equals(own))
                        .map(one -> candidate(person, one, weights))
                        .flatMap(Optional::stream)
                        .sorted(
                                Comparator.comparingDouble(
                                                (Candidate one) -> -one.verdict().score().weight())
                                        .thenComparing(one -> one.patient().key()))
                        .limit(MOST_CANDIDATES)
                        .toList();
        var same = found.stream().filter(one -> one.verdict() instanceof Verdict.Same).count();
        return same < 2 ? found : found.stream().map(Matching::unsure).toList();
    }

    private static Candidate unsure(Candidate one) {
        return one.verdict() instanceof Verdict.Same(var score)
                ? new Candidate(one.patient(), one.key(), new Verdict.Perhaps(score, Set.of()))
                : one;
    }

    private static Optional<Candidate> candidate(Traits person, Stored held, Weights weights) {
        var json = held.json();
        if (!MergeRules.inUse(json)) {
            return Optional.empty();
        }
        var verdict = WeightRules.judge(person, Traits.of(json), weights);
        return verdict instanceof Verdict.Different
                ? Optional.empty()
                : Optional.of(new Candidate(new Patient(json), held.patient(), verdict));
    }

    private List<Stored> gathered(Traits person, ObjectNode patient, Sight sight) {
        var written =
                patient.path("telecom")
                        .valueStream()
                        .map(one -> one.path("value").asString(""))
                        .filter(value -> !value.isEmpty())
                        .limit(MOST_CANDIDATES)
                        .collect(Collectors.toSet());
        var found = new LinkedHashMap<String, Stored>();
        for (var pass : BlockRules.passes(person, written)) {
            var page = store.search(pass.query(false, MOST_IN_PASS).seenBy(sight));
            if (page.next().isPresent() && pass.narrow().isPresent()) {
                page = store.search(pass.query(true, MOST_IN_PASS).seenBy(sight));
            }
            page.matches().forEach(one -> found.putIfAbsent(one.id(), one));
        }
        return List.copyOf(found.values());
    }

    // --- looking at what is new ------------------------------------------------------------------

    @PostConstruct
    void begin() {
        rounds.begin();
    }

    @PreDestroy
    void end() {
        rounds.close();
    }

    private Duration round() {
        var began = clock.instant();
        // After an import many wait: half of one processor is theirs.
        return look(began.minus(SETTLED)) ? Duration.between(began, clock.instant()) : EVERY;
    }

    /// Compares records that were made or changed before a moment and have not been looked at, if no other node does.
    ///
    /// @return whether there are more than are compared at once
    boolean look(Instant before) {
        var more = new AtomicBoolean();
        sql.watched(from -> looked(from, micros(before), more));
        return more.get();
    }

    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
    }

    private long looked(long from, long until, AtomicBoolean more) {
        var query =
                new SearchQuery(
                        "Patient",
                        List.of(new Criterion.Updated(from + 1, until)),
                        List.of(new SearchQuery.Sort.ByLastUpdated(false)),
                        AT_ONCE,
                        Optional.empty(),
                        false,
                        List.of());
        var page = store.search(query);
        var done = 0;
        var last = from;
        while (true) {
            for (var changed : page.matches()) {
                var when = micros(changed.lastUpdated());
                // Records of one commit have one time: they are looked at together.
                if (done >= MOST_AT_ONCE && when > last) {
                    more.set(true);
                    return last;
                }
                raise(changed);
                last = when;
                done++;
            }
            if (page.next().isEmpty()) {
                return last;
            }
            page = store.search(query.from(page.next().get()));
        }
    }

    private void raise(Stored changed) {
        var json = changed.json();
        var found =
                MergeRules.inUse(json)
                        ? candidates(json, Sight.everything())
                        : List.<Candidate>of();
        for (var one : found) {
            sql.raise(pair(changed, one));
        }
        sql.drop(
                changed.id(),
                found.stream().map(one -> one.patient().key()).collect(Collectors.toSet()));
    }

    private Pair pair(Stored changed, Candidate found) {
        var first = changed.id().compareTo(found.patient().key()) < 0;
        var score = found.verdict().score();
        return new Pair(
                0,
                first ? changed.id() : found.patient().key(),
                first ? found.patient().key() : changed.id(),
                first ? changed.patient() : found.key(),
                first ? found.key() : changed.patient(),
                score.weight(),
                score.probability(),
                clock.instant(),
                new Pair.Answer(Pair.Finding.OPEN, "", "", Optional.empty()));
    }

    // --- pairs -----------------------------------------------------------------------------------

    /// Goes on only when a caller may say of two records that they are one person's.
    ///
    /// @throws Refused with [Problem.Forbidden]
    void mayDecide(Caller caller) {
        access.require(caller, Right.WRITE, "Patient");
    }

    /// Some pairs.
    ///
    /// @param next after which pair the rest comes; empty when there is none
    record Some(List<Pair> pairs, OptionalLong next) {}

    /// Pairs that concern the organisation of whoever asks, in the queue's order. Those of others are passed over, however many
    /// they are: nobody is told that none waits before all have been looked at.
    ///
    /// @param waiting those that wait, or those that somebody has answered
    /// @param after number of the pair after which they come; 0 to begin
    Some pairs(Caller caller, boolean waiting, long after, int most) {
        var theirs = new ArrayList<Pair>();
        var at = after;
        for (var step = 0; step < STEPS; step++) {
            var some = sql.some(waiting, at, PAIRS_AT_ONCE);
            theirs.addAll(seen(caller, some));
            if (theirs.size() > most) {
                return new Some(
                        theirs.subList(0, most), OptionalLong.of(theirs.get(most - 1).id()));
            }
            if (some.size() < PAIRS_AT_ONCE) {
                return new Some(theirs, OptionalLong.empty());
            }
            at = some.getLast().id();
        }
        return new Some(theirs, OptionalLong.of(at));
    }

    /// One pair.
    ///
    /// @throws Refused with [Problem.NotFound] also when it does not concern the organisation of whoever asks
    Pair pair(Caller caller, long id) {
        return seen(caller, sql.pair(id).stream().toList()).stream()
                .findFirst()
                .orElseThrow(() -> new Refused(new Problem.NotFound("The pair")));
    }

    /// A pair concerns an organisation that has to do with one of the two.
    private List<Pair> seen(Caller caller, List<Pair> pairs) {
        var keys =
                pairs.stream()
                        .flatMap(pair -> Stream.of(pair.oneKey(), pair.otherKey()))
                        .collect(Collectors.toSet());
        var theirs = keys.isEmpty() ? Set.<Long>of() : access.caredFor(caller, keys, store);
        return pairs.stream()
                .filter(pair -> theirs.contains(pair.oneKey()) || theirs.contains(pair.otherKey()))
                .toList();
    }

    /// The records of some pairs that are still there, by key.
    Map<Long, Stored> records(List<Pair> pairs) {
        var keys = new HashSet<Long>();
        pairs.forEach(pair -> {
            keys.add(pair.oneKey());
            keys.add(pair.otherKey());
        });
        return keys.isEmpty() ? Map.of() : store.patients(keys);
    }

    /// What two records are held to be, and why, whatever somebody has said.
    Verdict verdict(ObjectNode one, ObjectNode other) {
        return WeightRules.judge(Traits.of(one), Traits.of(other), weights());
    }

    /// Keeps what somebody found of a pair that is not one person, or may not be.
    ///
    /// @param versions of the two records, as they were shown
    /// @throws Refused with [Problem.Conflict] when somebody else was faster, or one of the two has been changed since
    void answer(Asker asker, Pair pair, List<Long> versions, Pair.Finding finding, String why) {
        var held = records(List.of(pair));
        if (!List.of(version(held, pair.oneKey()), version(held, pair.otherKey()))
                .equals(versions)) {
            throw Merger.changed();
        }
        var now = clock.instant();
        var line =
                new AuditEntry(
                        now,
                        asker.caller(),
                        AuditEntry.Action.EXECUTE,
                        "pair of records: " + finding.code(),
                        AuditEntry.Target.resource("Patient", pair.one(), 0),
                        List.of(pair.oneKey(), pair.otherKey()),
                        200,
                        asker.source());
        var kept =
                sql.answer(
                        pair.id(),
                        new Pair.Answer(finding, why, asker.caller().name(), Optional.of(now)),
                        asker.caller().account(),
                        line);
        if (!kept) {
            throw Merger.changed();
        }
    }

    private static long version(Map<Long, Stored> held, long key) {
        return Optional.ofNullable(held.get(key)).map(Stored::version).orElse(0L);
    }

    // --- merging ---------------------------------------------------------------------------------

    /// Somebody who decides, and from where.
    record Asker(Caller caller, AuditEntry.Source source) {}

    /// One of two records, as whoever decides has seen it.
    record Seen(String id, long version) {}

    /// Makes two records one.
    ///
    /// @return the number of the merge
    /// @throws Refused with [Problem.Conflict] when one of them has been changed since it was seen, or must not go
    long merge(Asker asker, Seen stays, Seen goes, String why) {
        var merge = merger.merge(asker, stays, goes, why);
        replaced.forget();
        return merge;
    }

    /// The merge that made one of two records.
    Optional<Merge> merged(Pair pair) {
        return sql.standing(pair.one(), pair.other());
    }

    /// A merge that concerns the organisation of whoever asks.
    ///
    /// @throws Refused with [Problem.NotFound]
    Merge merge(Caller caller, long id) {
        var merge = sql.merge(id).orElseThrow(() -> new Refused(new Problem.NotFound("The merge")));
        var keys =
                Set.of(
                        Keys.resource("Patient", merge.stays()),
                        Keys.resource("Patient", merge.goes()));
        if (access.caredFor(caller, keys, store).isEmpty()) {
            throw new Refused(new Problem.NotFound("The merge"));
        }
        return merge;
    }

    /// How many things a merge pointed to the record that stays.
    int moved(Merge merge) {
        return sql.moved(merge.id()).size();
    }

    /// What was written on the two records after they were merged and before that was undone.
    List<Stored> between(Merge merge) {
        return merger.between(merge);
    }

    /// The current records of a merge: the one that stays, and the one that was replaced.
    List<Stored> records(Merge merge) {
        return Stream.of(merge.stays(), merge.goes())
                .flatMap(id -> store.read("Patient", id).stream())
                .filter(one -> !one.deleted())
                .toList();
    }

    /// Undoes a merge.
    ///
    /// @throws Refused with [Problem.Conflict] when it cannot be undone now
    void undo(Asker asker, Merge merge, String why) {
        merger.undo(asker, merge, why);
        replaced.forget();
    }

    /// Writes down that somebody looked for who a person may be.
    void recorded(Asker asker, List<Candidate> found) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.EXECUTE,
                        "$match",
                        AuditEntry.Target.search("Patient", "$match"),
                        found.stream().map(Candidate::key).toList(),
                        200,
                        asker.source()));
    }
}
