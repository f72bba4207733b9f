package trellis.store;

import java.util.List;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// Under which numbers the rows of `ix_reference` lie. Most types have a parameter `patient` that is
/// their `subject` narrowed to patients: one row under `patient` serves both, which saves a tenth of
/// the disk.
final class Links {

    private Links() {}

    /// Whether a reference to this type has its row under another parameter.
    static boolean elsewhere(SearchParameter parameter, String target) {
        return target.equals("Patient") && narrowed(parameter);
    }

    /// The numbers of the rows that a query by this parameter looks for.
    static List<Long> numbers(SearchParameter parameter) {
        var own = (long) Keys.parameter(parameter);
        return narrowed(parameter)
                ? List.of(own, (long) Keys.parameter(Keys.salt(parameter.base(), "patient")))
                : List.of(own);
    }

    private static boolean narrowed(SearchParameter parameter) {
        return parameter.code().equals("subject")
                && SearchParameters.r4()
                        .find(parameter.base(), "patient")
                        .filter(patient ->
                                patient.expression().startsWith(parameter.expression() + ".where("))
                        .isPresent();
    }
}
