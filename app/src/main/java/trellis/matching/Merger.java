package trellis.matching;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.people.Patient;
import trellis.store.Change;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.PatientRows;
import trellis.store.Preparation;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// Makes two records one, and two again: each is one transaction with its line in the audit and its list of what was moved.
record Merger(
        Store store,
        AuditLog log,
        MatchingSql sql,
        MovingSql moving,
        Preparation preparation,
        Clock clock) {
    private static final int AT_ONCE = 1_000;
    private static final List<String> TYPES = MergeRules.types();

    /// What is said when somebody else was faster.
    static Refused changed() {
        return conflict(
                "One of the two records has been changed, or somebody has answered, since you looked. Nothing was done. Look at"
                        + " the pair again, then decide.");
    }

    private static Refused conflict(String why) {
        return new Refused(new Problem.Conflict(why, "Patient"));
    }

    // --- merging ---------------------------------------------------------------------------------

    long merge(Matching.Asker asker, Matching.Seen stays, Matching.Seen goes, String why) {
        var id = sql.nextMerge();
        written(
                List.of(PatientRows.condition(stays.id()), PatientRows.condition(goes.id())),
                view -> merging(asker, id, stays, goes, why, view));
        return id;
    }

    private void written(List<String> conditions, Store.Work work) {
        try {
            store.write(conditions, work);
        } catch (Refused e) {
            throw e.problem() instanceof Problem.Stale ? changed() : e;
        }
    }

    private Write merging(
            Matching.Asker asker,
            long id,
            Matching.Seen stays,
            Matching.Seen goes,
            String why,
            Store.View view) {
        var staying = seen(view, stays);
        var going = seen(view, goes);
        if (!MergeRules.inUse(staying.json()) || !MergeRules.inUse(going.json())) {
            throw conflict("One of the two records is out of use already. Nothing was done.");
        }
        if (MergeRules.mustStay(going.json(), staying.json())) {
            throw conflict(
                    "The record with the NHS number must stay, or nobody would find it by that number any more. Nothing was done.");
        }
        var changes = new ArrayList<Change>();
        changes.add(put(MergeRules.staying(staying.json(), going.json()), staying.version()));
        changes.add(put(MergeRules.going(going.json(), stays.id()), going.version()));
        var found = compartment(view, goes.id());
        found.forEach(one ->
                changes.add(
                        put(MergeRules.pointed(one.json(), goes.id(), stays.id()), one.version())));
        var said = said(asker, why);
        Function<List<Written>, List<Merge.Whole>> rows =
                written ->
                        List.of(
                                new Merge.Whole(
                                        new Merge(
                                                id,
                                                stays.id(),
                                                goes.id(),
                                                new Merge.Versions(
                                                        staying.version(), going.version()),
                                                new Merge.Versions(
                                                        written.get(0).version(),
                                                        written.get(1).version()),
                                                said,
                                                Optional.empty()),
                                        moved(found, written.subList(2, written.size()))));
        return new Write(
                changes,
                Write.References.UNCHECKED,
                List.of(
                        new Write.Alongside<>(MatchingSql.merges(), rows),
                        new Write.Alongside<>(
                                moving.move(),
                                _ ->
                                        List.of(
                                                new MovingSql.Moving(
                                                        id, whose(going), whose(staying)))),
                        found(stays.id(), goes.id(), Pair.Finding.SAME, said),
                        line(asker, "records merged", stays.id(), goes.id())));
    }

    private static MovingSql.Whose whose(Stored stored) {
        return MovingSql.Whose.of(new Patient(stored.json()));
    }

    private static Write.Alongside<MatchingSql.Found> found(
            String one, String other, Pair.Finding finding, Merge.Said said) {
        return new Write.Alongside<>(
                MatchingSql.found(),
                _ -> List.of(new MatchingSql.Found(one, other, finding, said)));
    }

    private static List<Merge.Moved> moved(List<Stored> before, List<Written> after) {
        var all = new ArrayList<Merge.Moved>();
        for (var at = 0; at < before.size(); at++) {
            var one = before.get(at);
            all.add(new Merge.Moved(one.type(), one.id(), one.version(), after.get(at).version()));
        }
        return List.copyOf(all);
    }

    private static Stored seen(Store.View view, Matching.Seen seen) {
        return view.read("Patient", seen.id())
                .filter(one -> !one.deleted() && one.version() == seen.version())
                .orElseThrow(Merger::changed);
    }

    private Merge.Said said(Matching.Asker asker, String why) {
        return new Merge.Said(
                asker.caller().name(), asker.caller().account(), why, clock.instant());
    }

    private Change put(ObjectNode json, long version) {
        return new Change.Put(
                preparation.prepare(Resource.of(json)), OptionalLong.of(version), false);
    }

    private Write.Alongside<AuditEntry> line(
            Matching.Asker asker, String what, String stays, String goes) {
        return new Write.Alongside<>(
                log.table(),
                written ->
                        List.of(
                                new AuditEntry(
                                        clock.instant(),
                                        asker.caller(),
                                        AuditEntry.Action.UPDATE,
                                        what,
                                        AuditEntry.Target.resource(
                                                "Patient", stays, written.getFirst().version()),
                                        List.of(
                                                Keys.resource("Patient", stays),
                                                Keys.resource("Patient", goes)),
                                        200,
                                        asker.source())));
    }

    /// Everything that belongs to a patient's record or refers to the patient.
    private static List<Stored> compartment(Store.View view, String patient) {
        var all = new LinkedHashMap<String, Stored>();
        for (var type : TYPES) {
            var references = MergeRules.references(type, patient);
            gather(view::search, SearchQuery.of(type, AT_ONCE, whose(patient)), all);
            if (!references.isEmpty()) {
                gather(
                        view::search,
                        SearchQuery.of(type, AT_ONCE, new Criterion.AnyToken(references)),
                        all);
            }
        }
        return List.copyOf(all.values());
    }

    private static Criterion whose(String patient) {
        return new Criterion.OfPatients(Set.of(patient));
    }

    @FunctionalInterface
    private interface Search {
        SearchPage page(SearchQuery query);
    }

    private static void gather(
            Search search, SearchQuery query, LinkedHashMap<String, Stored> all) {
        var page = search.page(query);
        page.matches().forEach(one -> all.putIfAbsent(one.type() + "/" + one.id(), one));
        while (page.next().isPresent()) {
            page = search.page(query.from(page.next().get()));
            page.matches().forEach(one -> all.putIfAbsent(one.type() + "/" + one.id(), one));
        }
    }

    // --- undoing ---------------------------------------------------------------------------------

    /// What was written on the two records between the merge and its undoing, or now.
    List<Stored> between(Merge merge) {
        var from = micros(merge.merged().when());
        var until = merge.undone().map(said -> micros(said.when())).orElse(Long.MAX_VALUE);
        var moved =
                sql.moved(merge.id()).stream()
                        .collect(
                                Collectors.toMap(
                                        one -> one.type() + "/" + one.id(), Merge.Moved::version));
        var all = new LinkedHashMap<String, Stored>();
        for (var patient : List.of(merge.stays(), merge.goes())) {
            for (var type : TYPES) {
                gather(
                        store::search,
                        SearchQuery.of(
                                type, AT_ONCE, whose(patient), new Criterion.Updated(from, until)),
                        all);
            }
        }
        return all.values().stream()
                .filter(one -> {
                    var version = moved.get(one.type() + "/" + one.id());
                    return version == null || one.version() > version;
                })
                .toList();
    }

    private static long micros(Instant instant) {
        return SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
    }

    void undo(Matching.Asker asker, Merge merge, String why) {
        if (merge.undone().isPresent()) {
            throw undone();
        }
        // Versions never change: they are read before the transaction, which has one connection and
        // must wait for no other.
        var past = past(merge);
        written(
                List.of("matching " + merge.stays(), "matching " + merge.goes()),
                view -> undoing(asker, merge, why, past, view));
    }

    /// What is said when a merge has been undone meanwhile.
    static Refused undone() {
        return conflict("This merge has been undone already.");
    }

    /// How everything was that a merge changed.
    ///
    /// @param moved what it pointed to the record that stays, with its content before
    private record Past(Two stays, Two goes, Map<Merge.Moved, ObjectNode> moved) {}

    /// A Patient before a merge and after it.
    private record Two(ObjectNode before, ObjectNode after, long version) {}

    private Past past(Merge merge) {
        var moved = new LinkedHashMap<Merge.Moved, ObjectNode>();
        sql.moved(merge.id())
                .forEach(one -> moved.put(one, version(one.type(), one.id(), one.before())));
        return new Past(
                two(merge.stays(), merge.before().stays(), merge.after().stays()),
                two(merge.goes(), merge.before().goes(), merge.after().goes()),
                moved);
    }

    private Two two(String id, long before, long after) {
        return new Two(version("Patient", id, before), version("Patient", id, after), after);
    }

    private Write undoing(
            Matching.Asker asker, Merge merge, String why, Past past, Store.View view) {
        var staying = current(view, merge.stays());
        var going = current(view, merge.goes());
        if (!MergeRules.inUse(staying.json())) {
            throw conflict(
                    "The record that stayed has itself been merged since. Undo the later merge first.");
        }
        var changes = new ArrayList<Change>();
        changes.add(apart(staying, past.stays(), merge.goes()));
        changes.add(apart(going, past.goes(), merge.stays()));
        past.moved()
                .forEach((moved, before) ->
                        view.read(moved.type(), moved.id())
                                .filter(one -> !one.deleted())
                                .flatMap(one -> back(one, moved, before, merge))
                                .ifPresent(changes::add));
        var said = said(asker, why);
        return new Write(
                changes,
                Write.References.UNCHECKED,
                List.of(
                        new Write.Alongside<>(
                                MatchingSql.undone(),
                                _ -> List.of(new MatchingSql.Undone(merge.id(), said))),
                        new Write.Alongside<>(moving.back(), _ -> List.of(merge.id())),
                        found(merge.stays(), merge.goes(), Pair.Finding.DIFFERENT, said),
                        line(asker, "merge of records undone", merge.stays(), merge.goes())));
    }

    private static Stored current(Store.View view, String patient) {
        return view.read("Patient", patient)
                .filter(one -> !one.deleted())
                .orElseThrow(() ->
                        conflict("One of the two records has been deleted. Restore it first."));
    }

    /// A Patient as it was before the merge; with what was changed since, if something was.
    private Change apart(Stored now, Two two, String other) {
        var json =
                now.version() == two.version()
                        ? two.before()
                        : MergeRules.parted(now.json(), other, two.before(), two.after());
        return put(json, now.version());
    }

    private ObjectNode version(String type, String id, long version) {
        return store.read(type, id, version, Sight.everything())
                .orElseThrow(() -> conflict("An earlier version is not there any more."))
                .json();
    }

    /// What was moved as it was before, or, when it was changed since, pointed back; nothing when it has been pointed elsewhere.
    private Optional<Change> back(Stored now, Merge.Moved moved, ObjectNode before, Merge merge) {
        if (now.version() == moved.version()) {
            return Optional.of(put(before, now.version()));
        }
        var json = now.json();
        var pointed = MergeRules.back(json, before, merge.stays(), merge.goes());
        return pointed.equals(json) ? Optional.empty() : Optional.of(put(pointed, now.version()));
    }
}
