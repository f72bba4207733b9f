package trellis.api;

import java.util.List;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// What reference parameters lead to, read from their expressions.
final class SearchRecords {

    private static final String RESOLVE = ".where(resolve() is ";

    private SearchRecords() {}

    /// Resource types that the parameter can lead to: those published, narrowed where the expression
    /// says `where(resolve() is Patient)`.
    static List<String> targets(SearchParameter parameter) {
        var expression = parameter.expression();
        var at = expression.indexOf(RESOLVE);
        if (at >= 0 && !expression.contains("|")) {
            var end = expression.indexOf(')', at + RESOLVE.length());
            return List.of(expression.substring(at + RESOLVE.length(), end).strip());
        }
        return parameter.targets().isEmpty()
                ? Definitions.r4().resourceTypes()
                : parameter.targets();
    }

    /// Whether a resource that refers to a patient by this parameter belongs to that patient's record
    /// and to no other. The store takes a resource's patient from `patient`, and if there is none
    /// from `subject`, the first if there are several.
    static boolean decides(SearchParameter parameter) {
        var path = path(parameter);
        return switch (parameter.code()) {
            case "patient" -> isSingle(path);
            case "subject" ->
                    isSingle(path)
                            && SearchParameters.r4()
                                    .find(parameter.base(), "patient")
                                    .map(patient -> path(patient).equals(path))
                                    .orElse(true);
            default -> false;
        };
    }

    private static String path(SearchParameter parameter) {
        var at = parameter.expression().indexOf(RESOLVE);
        return at < 0 ? parameter.expression() : parameter.expression().substring(0, at);
    }

    private static boolean isSingle(String path) {
        var dots = path.split("\\.");
        if (dots.length != 2) {
            return false;
        }
        return Definitions.r4()
                .type(dots[0])
                .flatMap(type -> type.element(dots[1]))
                .filter(element -> !element.repeats())
                .isPresent();
    }
}
