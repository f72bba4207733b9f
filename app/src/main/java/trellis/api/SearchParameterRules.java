package trellis.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.CustomParameters;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Catalogue;
import trellis.store.Store;

/// A SearchParameter that is active must be one that can be searched by, and its name must be free.
@Component
final class SearchParameterRules implements DefinitionRule {
    private final Catalogue catalogue;
    private final Store store;

    SearchParameterRules(Catalogue catalogue, Store store) {
        this.catalogue = catalogue;
        this.store = store;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Set<String> types() {
        return Set.of("SearchParameter");
    }

    @Override
    public boolean counts(String id, ObjectNode definition) {
        return definition.path("status").asString("").equals("active");
    }

    @Override
    public String reserved() {
        return "A search parameter that is active makes the server go through everything that is stored, so whoever runs this server"
                + " adds and changes it (a token that names no person). Send another with status draft.";
    }

    @Override
    public Optional<Problem> problem(Proposed.Put put) {
        try {
            var url = put.content().json().path("url").asString("");
            return CustomParameters.of(put.content().json()).stream()
                    .flatMap(parameter -> taken(put.id(), url, parameter).stream())
                    .findFirst();
        } catch (Refused e) {
            // The definition of a parameter of R4 itself may be kept, also where it is of a kind
            // that nobody can add.
            return isOfR4(put) ? Optional.empty() : Optional.of(e.problem());
        }
    }

    private static boolean isOfR4(Proposed.Put put) {
        var url = put.content().json().path("url").asString("");
        return url.startsWith("http://hl7.org/fhir/SearchParameter/");
    }

    private Optional<Problem> taken(String id, String url, SearchParameter parameter) {
        var standard = SearchParameters.r4().find(parameter.base(), parameter.code());
        if (standard.isPresent()) {
            return standard.get().url().equals(url)
                    ? Optional.empty()
                    : Optional.of(
                            clash(parameter, "FHIR R4 has a search parameter of that name for "));
        }
        return catalogue
                .addedBy(parameter.base(), parameter.code())
                .filter(other -> !other.equals(id))
                .map(_ -> clash(parameter, "Another SearchParameter has that name for "));
    }

    private static Problem clash(SearchParameter parameter, String why) {
        return new Problem.Invalid(
                List.of(
                        Issue.error(
                                "duplicate",
                                why + parameter.base() + "; choose another code.",
                                "SearchParameter.code")));
    }
}
