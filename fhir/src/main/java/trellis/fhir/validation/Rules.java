package trellis.fhir.validation;

import java.util.List;
import java.util.stream.Stream;

/// All invariants that are checked.
final class Rules {

    private Rules() {}

    static List<Rule> all() {
        return Stream.of(
                        DataTypeRules.ALL,
                        QuantityRules.ALL,
                        PeopleRules.ALL,
                        CareRules.ALL,
                        ClinicalRules.ALL,
                        BundleRules.ALL,
                        FormRules.ALL,
                        TerminologyRules.ALL)
                .flatMap(List::stream)
                .toList();
    }
}
