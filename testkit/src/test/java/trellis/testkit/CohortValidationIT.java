package trellis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;

class CohortValidationIT {
    private static final Validator VALIDATOR = Validator.r4();

    @Test
    void every_resource_of_the_cohort_is_valid() {
        var cohort = Cohort.find();
        assumeTrue(cohort.isPresent(), Cohort.MISSING);
        var problems = new TreeMap<String, Integer>();
        var count = 0;
        for (var type : cohort.get().types()) {
            try (var resources = cohort.get().resources(type)) {
                for (var resource : (Iterable<ObjectNode>) resources::iterator) {
                    count++;
                    for (var issue : VALIDATOR.validate(Resource.of(resource))) {
                        problems.merge(type + ": " + issue.diagnostics(), 1, Integer::sum);
                    }
                }
            }
        }
        assertThat(problems).isEmpty();
        assertThat(count).isEqualTo(197_314);
    }

    @Test
    void every_bundle_of_the_fifty_is_valid() {
        var cohort = Cohort.find();
        assumeTrue(cohort.isPresent(), Cohort.MISSING);
        var issues = new ArrayList<>();
        try (var bundles = cohort.get().fiftyBundles()) {
            bundles.forEach(b -> issues.addAll(VALIDATOR.validate(Resource.of(b))));
        }
        issues.addAll(VALIDATOR.validate(Resource.of(cohort.get().organisations())));
        assertThat(issues).isEmpty();
    }
}
