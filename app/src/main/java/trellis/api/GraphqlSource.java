package trellis.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.graphql.GraphSource;
import trellis.fhir.path.engine.Effort;
import trellis.fhir.path.engine.Environment;
import trellis.fhir.path.engine.FhirPath;
import trellis.fhir.path.engine.Node;
import trellis.fhir.path.engine.Value;
import trellis.store.Store;
import trellis.store.Stored;

/// Where a GraphQL query finds resources: reads and searches as any other, with the same narrowing and a line of the audit for
/// each.
final class GraphqlSource implements GraphSource {
    private static final Value YES = new Value.Bool(true);

    private final OperationRequest request;
    private final Store store;
    private final SearchParser parser;
    private final Narrowing narrowing;
    private final Environment environment;
    private final Effort effort = new Effort();
    private final Map<String, FhirPath> expressions = new HashMap<>();
    private final List<Touched> touched = new ArrayList<>();

    GraphqlSource(
            OperationRequest request,
            Store store,
            SearchParser parser,
            Narrowing narrowing,
            Environment environment) {
        this.request = request;
        this.store = store;
        this.parser = parser;
        this.narrowing = narrowing;
        this.environment = environment;
    }

    /// What has been read and searched.
    List<Touched> touched() {
        return List.copyOf(touched);
    }

    /// The resource that a whole query is about.
    ///
    /// @throws Refused as a read of it
    ObjectNode whole(String type, String id) {
        return shown(narrowing.current(request.caller(), type, id));
    }

    /// A type that the caller may not read is as if it were not there: a reference to it leads nowhere.
    @Override
    public Optional<ObjectNode> read(String type, String id) {
        try {
            return store.read(type, id, narrowing.read(request.caller(), type))
                    .filter(stored -> !stored.deleted())
                    .map(this::shown);
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Forbidden) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private ObjectNode shown(Stored stored) {
        touched.add(Touched.read("$graphql", stored, 200));
        return stored.json();
    }

    @Override
    public Optional<ObjectNode> resolve(String reference) {
        var prefix = request.base() + "/";
        if (!reference.startsWith(prefix)) {
            return Optional.empty();
        }
        var parts = reference.substring(prefix.length()).split("/");
        return parts.length >= 2 && Addresses.isType(parts[0])
                ? read(parts[0], parts[1])
                : Optional.empty();
    }

    @Override
    public Page search(String type, List<GraphSource.Parameter> parameters, boolean counted) {
        var place = SearchPlace.of(type);
        var asked = new ArrayList<trellis.api.Parameter>();
        parameters.forEach(one -> asked.add(new trellis.api.Parameter(one.name(), one.value())));
        if (counted
                && asked.stream()
                        .noneMatch(one ->
                                one.name().startsWith("_total")
                                        || one.name().equals(SearchParser.CURSOR))) {
            asked.add(new trellis.api.Parameter("_total", "accurate"));
        }
        var search =
                parser.parse(place, _ -> true, asked, request.base(), request.lenient()).whole();
        var page = store.search(narrowing.search(request.caller(), search.query()));
        var patients = new HashSet<Long>();
        page.matches().forEach(stored -> patients.addAll(Touched.patient(stored.patient())));
        touched.add(
                new Touched(
                        AuditEntry.Action.EXECUTE,
                        "search-type",
                        AuditEntry.Target.search(type, trellis.api.Parameter.query(search.used())),
                        patients,
                        200));
        return new Page(
                page.matches().stream()
                        .map(stored ->
                                new Match(stored.json(), Optional.of("match"), Optional.empty()))
                        .toList(),
                page.total().isPresent()
                        ? Optional.of((int) Math.min(page.total().getAsLong(), Integer.MAX_VALUE))
                        : Optional.empty(),
                asked.stream().anyMatch(one -> one.name().equals(SearchParser.CURSOR))
                        ? Optional.empty()
                        : Optional.of(0),
                Optional.of(search.query().count()),
                page.next()
                        .map(after -> parser.next(place, search, after).getFirst().value())
                        .map(cursor -> List.of(new Link("next", cursor)))
                        .orElse(List.of()));
    }

    @Override
    public boolean holds(String expression, JsonNode element, String type) {
        var values = values(expression, element, type);
        if (values.size() > 1) {
            throw several(expression);
        }
        return !values.isEmpty()
                && !(values.getFirst().system().orElse(YES) instanceof Value.Bool(var is) && !is);
    }

    @Override
    public Optional<String> text(String expression, JsonNode element, String type) {
        var values = values(expression, element, type);
        if (values.size() > 1) {
            throw several(expression);
        }
        return values.stream().findFirst().flatMap(Value::text);
    }

    /// All expressions of a query share what one may take: a list of a thousand elements is no way to ask for a thousand times
    /// as much.
    private List<Value> values(String expression, JsonNode element, String type) {
        var compiled =
                expressions.computeIfAbsent(
                        type + " " + expression, _ -> FhirPath.compile(expression, type));
        var definition = Definitions.r4().type(type).orElseThrow();
        return compiled.on(Node.of(definition, element), environment, effort);
    }

    private static Refused several(String expression) {
        return new Refused(
                new Problem.BadRequest(
                        "invalid",
                        "The expression gives several values where one is wanted.",
                        Addresses.quoted(expression)));
    }
}
