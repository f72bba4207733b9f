package trellis.profiles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.fhir.definitions.PublishedTerminology;
import trellis.terminology.Terminology;

/// Structure definitions, wherever they are held: what is published with R4 and UK Core counts before resources of this server, so that
/// nobody who may write a definition can change what a Patient is, or what is enforced. Another version of a profile of UK Core can be
/// stored, and is then asked for by that version.
///
/// Of what is stored here, all that is used is found for everybody alike: a profile is no record of anybody.
final class DefinitionReads {
    static final Caller EVERYBODY = Caller.system("profiles");
    private static final String TYPE = "StructureDefinition";
    private static final int MOST_KEPT = 1_000;

    /// An address that is longer is looked up each time.
    private static final int LONGEST_KEPT = 500;

    private final PublishedReads r4;
    private final PublishedReads ukCore;
    private final Own own;
    private final Lookups<Definition> stored = new Lookups<>();

    /// What this server's own resources define.
    @FunctionalInterface
    interface Own {
        /// @param version empty for whichever
        Optional<ObjectNode> find(String type, String url, String version);

        /// Those of the store.
        static Own of(Terminology terminology) {
            return (type, url, version) -> terminology.canonical(EVERYBODY, type, url, version);
        }
    }

    /// What was looked up. What is not there is kept apart, so that whoever asks for much that is not there neither fills the memory nor
    /// pushes out what is.
    static final class Lookups<T> {
        private final Map<String, Optional<T>> found = new ConcurrentHashMap<>();
        private final Map<String, Optional<T>> missed = new ConcurrentHashMap<>();

        Optional<T> find(String key, Supplier<Optional<T>> make) {
            var there = found.get(key);
            if (there == null) {
                there = missed.get(key);
            }
            if (there != null) {
                return there;
            }
            var made = make.get();
            if (key.length() <= LONGEST_KEPT) {
                var into = made.isPresent() ? found : missed;
                if (into.size() >= MOST_KEPT) {
                    into.clear();
                }
                into.put(key, made);
            }
            return made;
        }
    }

    DefinitionReads(PublishedReads r4, PublishedReads ukCore, Own own) {
        this.r4 = r4;
        this.ukCore = ukCore;
        this.own = own;
    }

    /// A definition by its canonical address, perhaps with `|version`.
    Optional<Definition> find(String canonical) {
        var bar = canonical.indexOf('|');
        var url = bar < 0 ? canonical : canonical.substring(0, bar);
        var version = bar < 0 ? "" : canonical.substring(bar + 1);
        return r4.find(TYPE, url, version)
                .map(json -> published("R4 ", url, json))
                .or(() -> ukCore.find(TYPE, url, version).map(json -> published("UK ", url, json)))
                .or(() -> r4.has(TYPE, url) ? Optional.empty() : stored(canonical, url, version));
    }

    private static Definition published(String source, String url, ObjectNode json) {
        return new Definition(source + url, json, false, List.of());
    }

    private Optional<Definition> stored(String canonical, String url, String version) {
        return stored.find(
                canonical,
                () ->
                        own.find(TYPE, url, version)
                                .map(json -> InvariantRules.tamed("own " + canonical, json)));
    }

    /// The definitions of R4's own types, on which all others stand.
    List<Definition> types() {
        return r4.urls(TYPE).stream()
                .map(url -> r4.find(TYPE, url, "").map(json -> published("R4 ", url, json)))
                .flatMap(Optional::stream)
                .filter(one -> !one.json().path("derivation").asString("").equals("constraint"))
                .toList();
    }

    /// The value set or code system that is published with R4 or UK Core under an address; empty for a code system that is not
    /// published as a whole.
    Optional<ObjectNode> terminology(String type, String url, String version) {
        return PublishedTerminology.r4()
                .find(type, url)
                .filter(json ->
                        version.isEmpty() || json.path("version").asString("").equals(version))
                .or(() -> type.equals("ValueSet") ? whole(url) : Optional.empty())
                .or(() -> ukCore.find(type, url, version))
                .filter(json ->
                        type.equals("ValueSet")
                                || json.path("content").asString("").equals("complete"));
    }

    /// The value set of all codes of a system, where R4 says of an address that it is that.
    private static Optional<ObjectNode> whole(String url) {
        return PublishedTerminology.r4()
                .systemOf(url)
                .map(system -> {
                    var json = JsonNodeFactory.instance.objectNode();
                    json.put("resourceType", "ValueSet").put("url", url).put("status", "active");
                    json.putObject("compose").putArray("include").addObject().put("system", system);
                    return json;
                });
    }
}
