package trellis.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Words;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of the record: facts of one patient, a part at a time.
@Component
final class Records {

    /// How many facts of a kind are read at most where a list is put in order here. More than any
    /// record of the cohort has; beyond it the page says so.
    static final int MOST = 1_000;

    /// Among how many of the newest results the latest of each kind is looked for.
    static final int NEWEST_RESULTS = 500;

    private static final Set<String> RESULT_CATEGORIES = Set.of("laboratory", "vital-signs");

    private final Store store;
    private final Names names;
    private final Sight sight;

    @Autowired
    Records(Store store, Clock clock) {
        this(store, new Names(store, clock), Sight.everything());
    }

    private Records(Store store, Names names, Sight sight) {
        this.store = store;
        this.names = names;
        this.sight = sight;
    }

    /// The same record as somebody may see it.
    Records seenBy(Sight whose) {
        return new Records(store, names, whose);
    }

    /// Whether whoever looks has to do with this patient, or has opened the record.
    boolean known(String patient) {
        return !store.known(Set.of(Keys.resource("Patient", patient)), sight).isEmpty();
    }

    /// Facts and how many there are in all.
    ///
    /// @param last the last match as it lies in the store
    record Facts(List<Fact> facts, int total, boolean more, Optional<Stored> last) {

        static Facts of(SearchPage page) {
            var matches = page.matches();
            return new Facts(
                    matches.stream().map(match -> new Fact(match.json())).toList(),
                    Math.toIntExact(page.total().orElse(matches.size())),
                    page.next().isPresent(),
                    matches.isEmpty() ? Optional.empty() : Optional.of(matches.getLast()));
        }
    }

    Facts all(String patient, String type) {
        return search(QueryRules.all(patient, type, MOST));
    }

    Facts newest(String patient, String type, String date, int count) {
        return search(QueryRules.newest(patient, type, date, count, Optional.empty()));
    }

    /// A page of a list that is ordered by date.
    ///
    /// @param after id of the last resource on the page before; empty text for the first page
    /// @param pointers where the date stands
    Facts page(
            String patient, String type, String date, int count, String after, String... pointers) {
        var cursor =
                after.isEmpty()
                        ? Optional.<SearchPage.Cursor>empty()
                        : Optional.of(cursor(ofPatient(patient, type, after), pointers));
        return search(QueryRules.newest(patient, type, date, count, cursor));
    }

    Facts currentMedicines(String patient) {
        return search(QueryRules.currentMedicines(patient, MOST));
    }

    Facts otherMedicines(String patient) {
        return search(QueryRules.otherMedicines(patient, MOST));
    }

    Facts currentProblems(String patient) {
        return search(QueryRules.currentProblems(patient, MOST));
    }

    Facts pastProblems(String patient, int count) {
        return search(QueryRules.pastProblems(patient, count));
    }

    Facts results(String patient) {
        return search(QueryRules.results(patient, RESULT_CATEGORIES, NEWEST_RESULTS));
    }

    /// The results that measure the same as one result does, newest first.
    Facts ofKind(String patient, Fact result) {
        var kind = ResultRules.kind(result);
        var bar = kind.lastIndexOf('|');
        return search(
                QueryRules.ofKind(patient, kind.substring(0, bar), kind.substring(bar + 1), MOST));
    }

    /// One resource of this patient's record.
    ///
    /// @throws Refused with [Problem.NotFound], also when it is another patient's
    Stored ofPatient(String patient, String type, String id) {
        return store.read(type, id, sight)
                .filter(stored ->
                        !stored.deleted() && stored.patient() == Keys.resource("Patient", patient))
                .orElseThrow(() -> new Refused(new Problem.NotFound("The item")));
    }

    /// Observations of this patient by their ids; those of anybody else are left out.
    List<Fact> observations(String patient, Set<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        var key = Keys.resource("Patient", patient);
        return store.search(QueryRules.byId("Observation", ids).seenBy(sight)).matches().stream()
                .filter(match -> match.patient() == key)
                .map(match -> new Fact(match.json()))
                .toList();
    }

    /// The content of a letter, which lies by itself and belongs to nobody: whoever may see the letter
    /// may see it.
    Optional<Stored> shared(String type, String id) {
        return store.read(type, id).filter(stored -> !stored.deleted());
    }

    /// The versions of one resource, newest first.
    List<Stored> history(String type, String id) {
        return store.history(type, id, Long.MAX_VALUE, 50, sight);
    }

    /// Where these facts came from: reads their encounters and the names of whoever they refer to.
    Sources sources(Collection<Fact> facts) {
        var encounters = new HashMap<String, Fact>();
        var wanted = new HashSet<String>();
        facts.forEach(fact -> {
            fact.reference("/encounter").ifPresent(wanted::add);
            fact.reference("/context/encounter/0").ifPresent(wanted::add);
        });
        var ids = new HashSet<String>();
        wanted.stream()
                .filter(one -> one.startsWith("Encounter/"))
                .forEach(one -> ids.add(one.substring(10)));
        if (!ids.isEmpty()) {
            for (var match :
                    store.search(QueryRules.byId("Encounter", ids).seenBy(sight)).matches()) {
                encounters.put("Encounter/" + match.id(), new Fact(match.json()));
            }
        }
        var references = new HashSet<String>();
        facts.forEach(fact -> gather(fact.json(), references));
        encounters.values().forEach(encounter -> gather(encounter.json(), references));
        return new Sources(encounters, names.of(references, sight));
    }

    /// What references are called.
    Map<String, String> names(Set<String> references) {
        return names.of(references, sight);
    }

    /// The references within a resource that have no words of their own.
    private static void gather(JsonNode node, Set<String> references) {
        if (node.isObject()
                && node.path("reference").isString()
                && node.path("display").isMissingNode()) {
            references.add(node.path("reference").stringValue());
        }
        for (var child : node) {
            if (child.isContainer()) {
                gather(child, references);
            }
        }
    }

    private static SearchPage.Cursor cursor(Stored last, String... pointers) {
        var json = last.json();
        for (var pointer : pointers) {
            var text = json.at(pointer).asString("");
            if (!text.isEmpty()) {
                return QueryRules.after(last, Optional.of(text));
            }
        }
        return QueryRules.after(last, Optional.empty());
    }

    private Facts search(SearchQuery query) {
        return Facts.of(store.search(query.seenBy(sight)));
    }

    /// What resources that facts refer to are called. Names of organisations, places and staff are kept
    /// for five minutes, because every row of every page names some; nothing of a patient is kept.
    private static final class Names {

        private static final Set<String> KEPT =
                Set.of("Organization", "Practitioner", "PractitionerRole", "Location");
        private static final Set<String> LOOKED_UP =
                Set.of(
                        "Organization",
                        "Practitioner",
                        "PractitionerRole",
                        "Location",
                        "Condition",
                        "Medication");
        private static final Duration GOOD_FOR = Duration.ofMinutes(5);
        private static final int MOST = 20_000;

        private final Map<String, Kept> kept = new ConcurrentHashMap<>();
        private final Store store;
        private final Clock clock;

        private record Kept(String name, Instant until) {}

        Names(Store store, Clock clock) {
            this.store = store;
            this.clock = clock;
        }

        /// Names by reference; what cannot be named is left out.
        ///
        /// @param references literal references such as `Organization/ZR8`
        Map<String, String> of(Set<String> references, Sight sight) {
            var names = new HashMap<String, String>();
            var missing = new HashMap<String, Set<String>>();
            var now = clock.instant();
            for (var reference : references) {
                var known = kept.get(reference);
                var slash = reference.indexOf('/');
                if (known != null && now.isBefore(known.until())) {
                    names.put(reference, known.name());
                } else if (slash > 0 && LOOKED_UP.contains(reference.substring(0, slash))) {
                    missing.computeIfAbsent(reference.substring(0, slash), _ -> new HashSet<>())
                            .add(reference.substring(slash + 1));
                }
            }
            missing.forEach((type, ids) -> look(type, ids, sight, names));
            return names;
        }

        private void look(String type, Set<String> ids, Sight sight, Map<String, String> names) {
            for (var match : store.search(QueryRules.byId(type, ids).seenBy(sight)).matches()) {
                name(type, match.json())
                        .ifPresent(name -> {
                            var reference = type + "/" + match.id();
                            names.put(reference, name);
                            if (KEPT.contains(type)) {
                                keep(reference, name);
                            }
                        });
            }
        }

        private void keep(String reference, String name) {
            if (kept.size() >= MOST) {
                kept.clear();
            }
            kept.put(reference, new Kept(name, clock.instant().plus(GOOD_FOR)));
        }

        private static Optional<String> name(String type, JsonNode json) {
            return switch (type) {
                case "Practitioner" -> person(json.path("name").path(0));
                case "PractitionerRole" -> text(json.path("practitioner").path("display"));
                case "Condition", "Medication" -> Words.of(json.path("code"));
                default -> text(json.path("name"));
            };
        }

        private static Optional<String> person(JsonNode name) {
            var written =
                    String.join(
                                    " ",
                                    name.path("prefix").path(0).asString(""),
                                    name.path("given").path(0).asString(""),
                                    name.path("family").asString(""))
                            .replaceAll(" +", " ")
                            .strip();
            return written.isEmpty() ? text(name.path("text")) : Optional.of(written);
        }

        private static Optional<String> text(JsonNode node) {
            return Optional.of(node.asString("").strip()).filter(text -> !text.isEmpty());
        }
    }
}
