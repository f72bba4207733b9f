package trellis.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.graphql.GraphQuery;
import trellis.store.Store;

/// `[base]/$graphql` and `[base]/[type]/[id]/$graphql` (https://hl7.org/fhir/R4/graphql.html): a query by GET, or a POST with
/// GraphQL's own JSON (`query`, `operationName`, `variables`) or the bare text as `application/graphql`.
@Component
final class GraphqlOperation implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "graphql",
                    "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
                    Set.of(),
                    Level.SYSTEM,
                    Level.INSTANCE);

    /// What a content that is no Parameters is called: GraphQL's own JSON.
    static final String REQUEST = "request";

    private final Store store;
    private final SearchParser parser;
    private final Narrowing narrowing;
    private final java.time.Clock clock;
    private final ObjectProvider<CodeSets> codes;

    GraphqlOperation(
            Store store,
            SearchParser parser,
            Narrowing narrowing,
            java.time.Clock clock,
            ObjectProvider<CodeSets> codes) {
        this.store = store;
        this.parser = parser;
        this.narrowing = narrowing;
        this.clock = clock;
        this.codes = codes;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public String contentParameter() {
        return REQUEST;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        var arguments = request.arguments();
        arguments.check(request, Set.of("query", "operationName", "variables", REQUEST));
        var query = query(arguments);
        var environment = new CodesEnvironment(clock, Optional.ofNullable(codes.getIfAvailable()));
        var source = new GraphqlSource(request, store, parser, narrowing, environment);
        var data = data(request, query, source);
        var answer = JsonNodeFactory.instance.objectNode();
        answer.set("data", data);
        return new OperationAnswer.Whole(
                200,
                Json.write(answer),
                Map.of("Content-Type", "application/json;charset=utf-8"),
                source.touched());
    }

    /// What a query is refused for may depend on what stands in a record.
    private static ObjectNode data(
            OperationRequest request, GraphQuery query, GraphqlSource source) {
        try {
            return request.level() == Level.SYSTEM
                    ? query.overall(source)
                    : query.about(source.whole(request.type(), request.id()), source);
        } catch (Refused e) {
            throw source.touched().isEmpty()
                    ? e
                    : new ReadAndRefused(e.problem(), source.touched());
        }
    }

    private static GraphQuery query(Arguments arguments) {
        var sent = arguments.resource(REQUEST);
        if (sent.isPresent()) {
            var json = sent.get();
            return GraphQuery.of(
                    required(text(json, "query")),
                    text(json, "operationName"),
                    variables(
                            json.path("variables").isMissingNode()
                                            || json.path("variables").isNull()
                                    ? Optional.empty()
                                    : Optional.of(json.get("variables"))));
        }
        return GraphQuery.of(
                required(arguments.text("query")),
                arguments.text("operationName"),
                variables(
                        arguments
                                .text("variables")
                                .map(text ->
                                        Json.parse(
                                                text.getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .UTF_8)))));
    }

    private static Optional<String> text(ObjectNode json, String name) {
        return Optional.of(json.path(name).asString("")).filter(text -> !text.isEmpty());
    }

    private static String required(Optional<String> query) {
        return query.orElseThrow(() ->
                new Refused(
                        new Problem.BadRequest(
                                "required",
                                "Send the query: in the parameter query of a GET, as JSON with the"
                                        + " member query, or as application/graphql.",
                                "query")));
    }

    private static ObjectNode variables(Optional<? extends tools.jackson.databind.JsonNode> sent) {
        if (sent.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (sent.get() instanceof ObjectNode object) {
            return object;
        }
        throw new Refused(
                new Problem.BadRequest("value", "variables is a JSON object.", "variables"));
    }
}
