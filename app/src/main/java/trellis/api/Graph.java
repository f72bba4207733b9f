package trellis.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.path.Item;
import trellis.fhir.path.Path;
import trellis.fhir.path.Scope;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// A resource with those around it that a GraphDefinition names: `[type]/[id]/$graph?graph=[canonical]`
/// (https://hl7.org/fhir/R4/resource-operation-graph.html, https://hl7.org/fhir/R4/graphdefinition.html).
@Component
final class Graph implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "graph",
                    "http://hl7.org/fhir/OperationDefinition/Resource-graph",
                    Set.of(),
                    Level.INSTANCE);

    /// Resources in one graph, and matches of one of its searches.
    private static final int MOST = 1000;

    private static final int MOST_LOOKED = 10_000;
    private static final int MOST_SEARCHES = 200;

    private final Store store;
    private final Narrowing narrowing;
    private final SearchParser parser;

    Graph(Store store, Narrowing narrowing, SearchParser parser) {
        this.store = store;
        this.narrowing = narrowing;
        this.parser = parser;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of("graph"));
        var focus = narrowing.current(request.caller(), request.type(), request.id());
        var sight = narrowing.sight(request.caller());
        var name = request.type() + "/" + request.id();
        var graph = graph(request).json();
        if (!graph.path("start").asString("").equals(request.type())) {
            throw refused("value", "The GraphDefinition begins at another type than the address.");
        }
        var walk = new Walk(request, sight);
        try {
            walk.follow(focus, graph.path("link"));
        } catch (Refused e) {
            throw new ReadAndRefused(e.problem(), walk.part(name).touched());
        }
        return new OperationAnswer.Parts(
                BundleBytes.heading("collection"), Stream.of(walk.part(name)));
    }

    /// The definition that is asked for, by its canonical address or as `GraphDefinition/[id]`.
    private Stored graph(OperationRequest request) {
        var asked =
                request.arguments()
                        .text("graph")
                        .orElseThrow(() ->
                                refused("required", "Name the GraphDefinition: graph=[its url]."));
        var sight = narrowing.read(request.caller(), "GraphDefinition");
        if (asked.matches("GraphDefinition/[A-Za-z0-9\\-.]{1,64}")) {
            return store.read("GraphDefinition", asked.substring(16), sight)
                    .filter(stored -> !stored.deleted())
                    .orElseThrow(Graph::unknown);
        }
        var bar = asked.indexOf('|');
        var parameters = new ArrayList<Parameter>();
        parameters.add(new Parameter("url", escaped(bar < 0 ? asked : asked.substring(0, bar))));
        if (bar >= 0) {
            parameters.add(new Parameter("version", escaped(asked.substring(bar + 1))));
        }
        var found = search(request, "GraphDefinition", parameters, 2);
        if (found.size() > 1) {
            throw refused(
                    "multiple-matches",
                    "There are several versions of this GraphDefinition: add one, as"
                            + " graph=[url]|[version].");
        }
        return found.stream().findFirst().orElseThrow(Graph::unknown);
    }

    private static String escaped(String value) {
        return value.replaceAll("[\\\\,$|]", "\\\\$0");
    }

    private static Refused unknown() {
        return new Refused(
                new Problem.NotFound("The GraphDefinition that the parameter graph names"));
    }

    private static Refused refused(String code, String why) {
        return new Refused(new Problem.BadRequest(code, why, "graph"));
    }

    private List<Stored> search(
            OperationRequest request, String type, List<Parameter> parameters, int most) {
        var criteria =
                parser.parse(type, parameters, request.base(), false)
                        .query()
                        .criteria()
                        .toArray(Criterion[]::new);
        return store.search(
                        narrowing.search(request.caller(), SearchQuery.of(type, most, criteria)))
                .matches();
    }

    /// One graph as it is walked.
    private final class Walk {
        private static final Pattern LITERAL =
                Pattern.compile("([A-Z][A-Za-z]+)/([A-Za-z0-9\\-.]{1,64})(?:/_history/.*)?");

        private final OperationRequest request;
        private final Sight sight;
        private final Map<String, Stored> found = new LinkedHashMap<>();
        private int steps;
        private int looked;
        private int searches;

        Walk(OperationRequest request, Sight sight) {
            this.request = request;
            this.sight = sight;
        }

        void follow(Stored from, JsonNode links) {
            found.putIfAbsent(from.type() + "/" + from.id(), from);
            for (var link : links) {
                var most = link.path("max").asString("*");
                for (var target : link.path("target")) {
                    looked++;
                    if (looked > MOST_LOOKED) {
                        throw refused(
                                "too-costly",
                                "This graph has more than "
                                        + MOST_LOOKED
                                        + " links to look along from this resource.");
                    }
                    targets(from, link, target)
                            .limit(most.matches("[0-9]{1,9}") ? Long.parseLong(most) : MOST)
                            .forEach(next -> {
                                steps++;
                                if (steps > MOST) {
                                    throw refused(
                                            "too-costly",
                                            "This graph has more than "
                                                    + MOST
                                                    + " steps from this resource.");
                                }
                                follow(next, target.path("link"));
                            });
                }
            }
        }

        /// What a link leads to and may be seen.
        private Stream<Stored> targets(Stored from, JsonNode link, JsonNode target) {
            var type = target.path("type").asString("");
            if (narrowing.searchable(request.caller(), List.of(type)).isEmpty()) {
                return Stream.empty();
            }
            var all =
                    link.has("path")
                            ? references(from, link.path("path").asString(""), type)
                            : searched(from, target, type);
            var profile = target.path("profile").asString("");
            return all.filter(stored -> profile.isEmpty() || claims(stored, profile))
                    .filter(stored -> within(stored, target.path("compartment")));
        }

        private Stream<Stored> references(Stored from, String path, String type) {
            return Scope.of(from.resource()).stream()
                    .flatMap(scope -> Path.compile(path, from.type()).in(scope).stream())
                    .flatMap(item -> reference(item).stream())
                    .map(text ->
                            text.startsWith(request.base() + "/")
                                    ? text.substring(request.base().length() + 1)
                                    : text)
                    .map(LITERAL::matcher)
                    .filter(literal -> literal.matches() && literal.group(1).equals(type))
                    .flatMap(literal -> read(type, literal.group(2)).stream());
        }

        private static Optional<String> reference(Item item) {
            return item instanceof Item.Element(_, var json, _)
                    ? Optional.of(json.path("reference").asString(""))
                    : Optional.empty();
        }

        private Optional<Stored> read(String type, String id) {
            var known = found.get(type + "/" + id);
            return known != null
                    ? Optional.of(known)
                    : store.read(type, id, sight).filter(stored -> !stored.deleted());
        }

        /// `{ref}` stands for the resource that the link begins at.
        private Stream<Stored> searched(Stored from, JsonNode target, String type) {
            var parameters =
                    Parameter.parse(
                            target.path("params")
                                    .asString("")
                                    .replace("{ref}", from.type() + "/" + from.id()));
            if (parameters.isEmpty()) {
                throw refused(
                        "not-supported",
                        "A link of the GraphDefinition has neither a path nor parameters.");
            }
            searches++;
            if (searches > MOST_SEARCHES) {
                throw refused(
                        "too-costly", "This graph makes more than " + MOST_SEARCHES + " searches.");
            }
            return search(request, type, parameters, MOST - steps + 1).stream();
        }

        private static boolean claims(Stored stored, String profile) {
            for (var claimed : stored.json().path("meta").path("profile")) {
                if (claimed.asString("").equals(profile)) {
                    return true;
                }
            }
            return false;
        }

        /// Of rules about compartments, the one that speaks of the patient is kept: it must be the same patient's.
        private boolean within(Stored stored, JsonNode rules) {
            for (var rule : rules) {
                var kept =
                        rule.path("code").asString("").equals("Patient")
                                && rule.path("rule").asString("").equals("identical");
                if (!kept) {
                    throw refused(
                            "not-supported",
                            "Of compartments of a GraphDefinition only the rule identical for Patient is"
                                    + " done here.");
                }
                var first = found.values().iterator().next();
                if (stored.patient() != 0 && stored.patient() != first.patient()) {
                    return false;
                }
            }
            return true;
        }

        OperationAnswer.Part part(String name) {
            var nothing = JsonNodeFactory.instance.objectNode();
            var entries =
                    found.values().stream()
                            .map(stored ->
                                    new OperationAnswer.Entry(
                                            request.base()
                                                    + "/"
                                                    + stored.type()
                                                    + "/"
                                                    + stored.id(),
                                            stored.body(),
                                            nothing))
                            .toList();
            var patients =
                    found.values().stream()
                            .map(Stored::patient)
                            .filter(key -> key != 0)
                            .collect(Collectors.toUnmodifiableSet());
            var target =
                    AuditEntry.Target.resource(
                            request.type(), name.substring(name.indexOf('/') + 1), 0);
            return new OperationAnswer.Part(
                    entries,
                    List.of(new Touched(AuditEntry.Action.READ, "$graph", target, patients, 200)));
        }
    }
}
