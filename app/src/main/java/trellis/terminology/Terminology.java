package trellis.terminology;

import java.lang.ref.SoftReference;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.api.CodeSets;
import trellis.codes.CodeSystems;
import trellis.codes.Effort;
import trellis.codes.Library;
import trellis.codes.Release;
import trellis.codes.Selection;
import trellis.codes.Validation;
import trellis.codes.ValueSets;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.PublishedTerminology;
import trellis.fhir.search.SearchParameters;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of terminology: code systems, value sets and maps, wherever they are held. A loaded release counts before a resource of
/// the store, and that before what is published with R4; of several resources the active one with the highest version.
@Component
public final class Terminology implements CodeSets {
    private static final int MOST_VERSIONS = 100;
    private static final int MOST_KEPT = 500;

    /// How many value sets are kept expanded for one request.
    private static final int MOST_SELECTIONS = 100;

    private final ReleaseReads releases;
    private final Store store;
    private final Access access;
    private final Map<String, SoftReference<Release>> compiled = new ConcurrentHashMap<>();

    Terminology(ReleaseReads releases, Store store, Access access) {
        this.releases = releases;
        this.store = store;
        this.access = access;
    }

    /// Goes on only when a caller may read what answers stand on.
    void require(Caller caller, String... types) {
        for (var type : types) {
            access.require(caller, Right.READ, type);
        }
    }

    /// What a caller may see of code systems and value sets.
    public Library library(Caller caller) {
        return new Library() {
            @Override
            public Optional<Release> codeSystem(String system, String version) {
                return Terminology.this.codeSystem(caller, system, version);
            }

            @Override
            public Optional<ObjectNode> valueSet(String url, String version) {
                return Terminology.this.valueSet(caller, url, version);
            }
        };
    }

    private Optional<Release> codeSystem(Caller caller, String system, String version) {
        return releases.find(system, version)
                .or(() ->
                        stored(caller, "CodeSystem", "url", system, version)
                                .filter(one ->
                                        !one.json()
                                                .path("content")
                                                .asString("")
                                                .equals("not-present"))
                                .map(one -> compiled(one.key(), one.json())))
                .or(() ->
                        published("CodeSystem", system, version)
                                .filter(one ->
                                        !one.path("content").asString("").equals("not-present"))
                                .map(json -> compiled("R4 " + system, json)));
    }

    /// A ValueSet by its address, an implicit one among them; empty when there is none.
    Optional<ObjectNode> valueSet(Caller caller, String url, String version) {
        return ValueSets.implicit(url)
                .map(implicit -> implicit.json())
                .or(() -> stored(caller, "ValueSet", "url", url, version).map(Found::json))
                .or(() -> published("ValueSet", url, version))
                .or(() -> PublishedTerminology.r4().systemOf(url).map(system -> all(url, system)));
    }

    /// The value set of all codes of a system.
    private static ObjectNode all(String url, String system) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resourceType", "ValueSet").put("url", url).put("status", "active");
        json.putObject("compose").putArray("include").addObject().put("system", system);
        return json;
    }

    /// A ConceptMap by its address.
    Optional<ObjectNode> conceptMap(Caller caller, String url, String version) {
        return stored(caller, "ConceptMap", "url", url, version).map(Found::json);
    }

    /// Maps that go from one value set to another.
    ///
    /// @param source empty for any
    /// @param target empty for any
    List<ObjectNode> conceptMaps(Caller caller, String source, String target) {
        var side = source.isEmpty() ? "target" : "source";
        var url = source.isEmpty() ? target : source;
        var found = new LinkedHashMap<String, ObjectNode>();
        for (var parameter : List.of(side, side + "-uri")) {
            search(caller, "ConceptMap", parameter, url)
                    .forEach(stored -> found.put(stored.id(), stored.json()));
        }
        return found.values().stream()
                .filter(map -> source.isEmpty() || target.isEmpty() || leads(map).equals(target))
                .toList();
    }

    /// The value set that a map leads to.
    private static String leads(ObjectNode map) {
        return map.path("targetUri").asString(map.path("targetCanonical").asString(""));
    }

    /// One resource of the store by its id.
    ///
    /// @throws Refused with [Problem.NotFound]
    Stored resource(Caller caller, String type, String id) {
        access.require(caller, Right.READ, type);
        return store.read(type, id, access.sight(caller))
                .filter(stored -> !stored.deleted())
                .orElseThrow(() -> new Refused(new Problem.NotFound(type + "/" + id)));
    }

    /// A CodeSystem of the store or of a request, in compact form.
    ///
    /// @param key what names this content and no other; empty when it is not to be kept
    Release compiled(String key, ObjectNode json) {
        if (key.isEmpty()) {
            return CodeSystems.read(json);
        }
        var there = Optional.ofNullable(compiled.get(key)).map(SoftReference::get);
        if (there.isPresent()) {
            return there.get();
        }
        if (compiled.size() >= MOST_KEPT) {
            compiled.clear();
        }
        var release = CodeSystems.read(json);
        compiled.put(key, new SoftReference<>(release));
        return release;
    }

    private static Optional<ObjectNode> published(String type, String url, String version) {
        return PublishedTerminology.r4()
                .find(type, url)
                .filter(json ->
                        version.isEmpty() || json.path("version").asString("").equals(version));
    }

    /// A resource of the store.
    ///
    /// @param key what names this version of it and no other
    private record Found(String key, ObjectNode json) {
        static Found of(Stored stored) {
            return new Found(Terminology.key(stored), stored.json());
        }

        int rank() {
            return switch (json.path("status").asString("")) {
                case "active" -> 2;
                case "draft" -> 1;
                default -> 0;
            };
        }

        String version() {
            return json.path("version").asString("");
        }
    }

    static String key(Stored stored) {
        return stored.type() + "/" + stored.id() + "/" + stored.version();
    }

    /// A resource of the store by its canonical address; of several the active one with the highest version.
    ///
    /// @param type of those that have a url
    /// @param version empty for whichever
    public Optional<ObjectNode> canonical(Caller caller, String type, String url, String version) {
        return stored(caller, type, "url", url, version).map(Found::json);
    }

    private Optional<Found> stored(
            Caller caller, String type, String parameter, String url, String version) {
        return search(caller, type, parameter, url).stream()
                .map(Found::of)
                .filter(one -> version.isEmpty() || one.version().equals(version))
                .max(
                        Comparator.comparing(Found::rank)
                                .thenComparing(Found::version, Terminology::compare));
    }

    /// Versions are compared part by part, numbers as numbers: 1.10 is after 1.9.
    static int compare(String a, String b) {
        var left = a.split("[.-]");
        var right = b.split("[.-]");
        for (var i = 0; i < Math.min(left.length, right.length); i++) {
            var numbers = left[i].matches("\\d{1,18}") && right[i].matches("\\d{1,18}");
            var order =
                    numbers
                            ? Long.compare(Long.parseLong(left[i]), Long.parseLong(right[i]))
                            : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private List<Stored> search(Caller caller, String type, String code, String url) {
        var parameter = SearchParameters.r4().find(type, code).orElseThrow();
        var salt = Keys.salt(parameter);
        var hashes = Set.of(Keys.uri(salt, url), Keys.address(salt, url));
        var query =
                SearchQuery.of(type, MOST_VERSIONS, new Criterion.AnyToken(hashes))
                        .seenBy(access.sight(caller));
        return store.search(query).matches();
    }

    @Override
    public List<Loaded> loaded() {
        return releases.all().stream()
                .map(one -> new Loaded(one.system(), one.version(), one.current()))
                .toList();
    }

    @Override
    public List<Code> members(String valueSet, int most) {
        var caller = access.current();
        require(caller, "ValueSet", "CodeSystem");
        var selection = ValueSets.select(named(caller, valueSet), library(caller));
        if (selection.size() > most) {
            throw tooMany("The value set", selection.size(), most);
        }
        return selection.page(0, most).stream()
                .map(member -> new Code(member.release().system(), member.code()))
                .toList();
    }

    private ObjectNode named(Caller caller, String valueSet) {
        if (valueSet.matches("ValueSet/[A-Za-z0-9.-]{1,64}")) {
            return resource(caller, "ValueSet", valueSet.substring("ValueSet/".length())).json();
        }
        var bar = valueSet.indexOf('|');
        var url = bar < 0 ? valueSet : valueSet.substring(0, bar);
        return valueSet(caller, url, bar < 0 ? "" : valueSet.substring(bar + 1))
                .orElseThrow(() -> new Refused(new Problem.NotFound("The value set")));
    }

    @Override
    public Membership membership() {
        var effort = new Effort();
        var kept = new HashMap<Named, Optional<Selection>>();
        return (valueSet, code) -> {
            var caller = access.current();
            require(caller, "ValueSet", "CodeSystem");
            var name = new Named(valueSet, code.system());
            if (kept.size() >= MOST_SELECTIONS && !kept.containsKey(name)) {
                kept.clear();
            }
            var coding = new Validation.Coding(code.system(), "", code.code(), "");
            return kept.computeIfAbsent(name, _ -> selection(caller, name, effort))
                    .map(selection -> Validation.of(selection, coding, "", true).result());
        };
    }

    /// A value set, as far as it is of one system when one is named.
    private record Named(String valueSet, String system) {}

    private Optional<Selection> selection(Caller caller, Named name, Effort effort) {
        var selection =
                known(() -> {
                    var json = named(caller, name.valueSet());
                    return name.system().isEmpty()
                            ? ValueSets.select(json, library(caller), effort)
                            : ValueSets.select(json, library(caller), name.system(), effort);
                });
        // What is not known because too much was asked would differ with the order of the
        // questions.
        if (effort.isSpent()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "The value sets that the expressions ask about take too much work; ask"
                                    + " about fewer.",
                            ""));
        }
        return selection;
    }

    /// Whatever cannot be told here is not known.
    private static <T> Optional<T> known(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Forbidden) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public Optional<Boolean> subsumes(Code general, Code special) {
        var caller = access.current();
        require(caller, "CodeSystem");
        if (!general.system().equals(special.system())) {
            return Optional.empty();
        }
        return known(() -> {
            var release =
                    codeSystem(caller, general.system(), "")
                            .orElseThrow(() -> ValueSets.unknownSystem(general.system(), ""));
            var above = release.concept(general.code()).orElseThrow(() -> unknown(general));
            var below = release.concept(special.code()).orElseThrow(() -> unknown(special));
            var start = new BitSet();
            start.set(above);
            return above.equals(below) || release.below(start).get(below);
        });
    }

    private static Refused unknown(Code code) {
        return new Refused(
                new Problem.BadRequest(
                        "not-found",
                        "The code system " + code.system() + " has no such code.",
                        ""));
    }

    @Override
    public List<Code> below(Code code, int most) {
        return near(code, most, true);
    }

    @Override
    public List<Code> above(Code code, int most) {
        return near(code, most, false);
    }

    private List<Code> near(Code code, int most, boolean down) {
        var caller = access.current();
        require(caller, "CodeSystem");
        var release =
                codeSystem(caller, code.system(), "")
                        .orElseThrow(() -> ValueSets.unknownSystem(code.system(), ""));
        var concept = release.concept(code.code()).orElseThrow(() -> unknown(code));
        var start = new BitSet();
        start.set(concept);
        var found = down ? release.below(start) : release.above(start);
        found.set(concept);
        if (found.cardinality() > most) {
            throw tooMany("The code", found.cardinality(), most);
        }
        return found.stream().mapToObj(one -> new Code(code.system(), release.code(one))).toList();
    }

    private static Refused tooMany(String what, int size, int most) {
        return new Refused(
                new Problem.BadRequest(
                        "too-costly",
                        what
                                + " stands for "
                                + size
                                + " codes; "
                                + most
                                + " are searched for at the most.",
                        ""));
    }

    /// The members of a value set, of one system when one is named.
    Selection select(Caller caller, ObjectNode valueSet, String system) {
        return system.isEmpty()
                ? ValueSets.select(valueSet, library(caller))
                : ValueSets.select(valueSet, library(caller), system);
    }
}
