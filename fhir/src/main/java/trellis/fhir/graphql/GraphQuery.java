package trellis.fhir.graphql;

import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// A GraphQL query, read and ready to be answered. What one may ask for is bounded: its length, its nesting, and how many
/// values, resources and searches the answer takes.
public final class GraphQuery {
    private static final ParserOptions BOUNDS =
            ParserOptions.newParserOptions()
                    .maxCharacters(100_000)
                    .maxTokens(10_000)
                    .maxWhitespaceTokens(50_000)
                    .maxRuleDepth(200)
                    .captureIgnoredChars(false)
                    .captureLineComments(false)
                    .redactTokenParserErrorMessages(true)
                    .build();

    private final OperationDefinition operation;
    private final Map<String, FragmentDefinition> fragments;
    private final GraphValues values;

    private GraphQuery(
            OperationDefinition operation,
            Map<String, FragmentDefinition> fragments,
            GraphValues values) {
        this.operation = operation;
        this.fragments = fragments;
        this.values = values;
    }

    /// Reads a query.
    ///
    /// @param text in GraphQL's language
    /// @param name of the operation to carry out; needed when the text has several
    /// @param variables by name; one that is not given has its default
    /// @throws Refused with [Problem.BadRequest] that names line and column
    public static GraphQuery of(String text, Optional<String> name, ObjectNode variables) {
        var document = parsed(text);
        var fragments = new HashMap<String, FragmentDefinition>();
        for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
            if (fragments.put(fragment.getName(), fragment) != null) {
                throw GraphProblems.invalid("Two fragments have one name.", fragment);
            }
        }
        var operation = operation(document.getDefinitionsOfType(OperationDefinition.class), name);
        return new GraphQuery(operation, fragments, GraphValues.of(operation, variables));
    }

    private static Document parsed(String text) {
        try {
            return Parser.parse(
                    ParserEnvironment.newParserEnvironment()
                            .document(text)
                            .parserOptions(BOUNDS)
                            .build());
        } catch (InvalidSyntaxException e) {
            var at = e.getLocation();
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "The query is no GraphQL, or is longer or deeper nested than is read"
                                    + " here.",
                            at == null
                                    ? "query"
                                    : "query, line "
                                            + at.getLine()
                                            + ", column "
                                            + at.getColumn()));
        }
    }

    private static OperationDefinition operation(
            List<OperationDefinition> operations, Optional<String> name) {
        var wanted =
                operations.stream()
                        .filter(one -> name.isEmpty() || name.get().equals(one.getName()))
                        .toList();
        if (wanted.size() != 1) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            name.isPresent()
                                    ? "The query has no operation of that name, or several."
                                    : "The query has no operation, or several; name one with"
                                            + " operationName.",
                            "operationName"));
        }
        var operation = wanted.getFirst();
        if (operation.getOperation() != OperationDefinition.Operation.QUERY) {
            throw GraphProblems.notSupported(
                    "Only queries are answered here; change resources by the other interactions.",
                    operation);
        }
        return operation;
    }

    /// Answers it about one resource: its elements, and what refers to it.
    ///
    /// @return the content of `data`
    /// @throws Refused with [Problem.BadRequest] when it asks for what does not exist, or for too much
    public ObjectNode about(ObjectNode resource, GraphSource source) {
        return new GraphAnswer(fragments, values, source)
                .about(resource, operation.getSelectionSet());
    }

    /// Answers it about all resources: each field begins with a type, `Patient(id: ...)`, `PatientList(...)`,
    /// `PatientConnection(...)`.
    ///
    /// @return the content of `data`
    /// @throws Refused as [#about]
    public ObjectNode overall(GraphSource source) {
        return new GraphAnswer(fragments, values, source).overall(operation.getSelectionSet());
    }
}
