package trellis.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// A named query that is active must be a search of each of its types, and is the word of whoever runs the server: who asks for it
/// takes what is left out for what is not there.
@Component
final class SearchQueryRules implements DefinitionRule {
    private final SearchParser parser;
    private final Store store;

    SearchQueryRules(SearchParser parser, Store store) {
        this.parser = parser;
        this.store = store;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Set<String> types() {
        return Set.of("OperationDefinition");
    }

    @Override
    public boolean counts(String id, ObjectNode definition) {
        return definition.path("status").asString("").equals("active")
                && definition.path("kind").asString("").equals("query")
                && SearchQueries.template(definition).isPresent();
    }

    @Override
    public String reserved() {
        return "A named query that is active decides what others find, so whoever runs this server adds and changes it (a token that"
                + " names no person). Send another with status draft.";
    }

    /// What is given later cannot be read yet, so the parameters that stand by themselves are read.
    @Override
    public Optional<Problem> problem(Proposed.Put put) {
        var json = put.content().json();
        var template = SearchQueries.template(json).orElseThrow();
        if (template.length() > SearchQueries.LONGEST) {
            return Optional.of(
                    invalid(
                            "A named query stands for a search of "
                                    + SearchQueries.LONGEST
                                    + " characters at the most."));
        }
        try {
            var parameters =
                    Parameter.parse(template).stream()
                            .filter(parameter -> !parameter.value().contains("{"))
                            .filter(parameter -> !SearchControls.owns(parameter.name()))
                            .filter(parameter -> !parameter.name().equals("_list"))
                            .toList();
            for (var type : json.path("resource")) {
                parser.parse(type.asString(""), parameters, "", false);
            }
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(
                    e.problem() instanceof Problem.BadRequest(_, var why, _)
                            ? invalid(why)
                            : e.problem());
        }
    }

    private static Problem invalid(String why) {
        return new Problem.Invalid(
                List.of(Issue.error("invalid", why, "OperationDefinition.extension")));
    }
}
