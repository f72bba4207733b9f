package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class CustomParametersTest {

    private static List<SearchParameter> of(String base, String type, String expression) {
        return CustomParameters.of(
                Json.parse(
                        "{\"code\":\"mine\",\"type\":\"%s\",\"base\":[%s],\"expression\":\"%s\",\"target\":[\"Patient\"]}"
                                .formatted(type, base, expression)
                                .getBytes(UTF_8)));
    }

    @Test
    void each_base_has_the_part_of_the_expression_that_speaks_of_it() {
        var parameters =
                of("\"Patient\",\"Person\"", "date", "Patient.birthDate | Person.birthDate");
        assertThat(parameters)
                .extracting(SearchParameter::base, SearchParameter::expression)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Patient", "Patient.birthDate"),
                        org.assertj.core.groups.Tuple.tuple("Person", "Person.birthDate"));
    }

    @Test
    void what_is_wrong_is_named() {
        assertThat(place("\"Patient\"", "date", "Patient.nothing"))
                .isEqualTo("SearchParameter.expression");
        assertThat(place("\"Patient\"", "date", "Person.birthDate"))
                .isEqualTo("SearchParameter.expression");
        assertThat(place("\"Nobody\"", "date", "Patient.birthDate"))
                .isEqualTo("SearchParameter.base");
        assertThat(place("", "date", "Patient.birthDate")).isEqualTo("SearchParameter.base");
        assertThat(place("\"Patient\"", "special", "Patient.birthDate"))
                .isEqualTo("SearchParameter.type");
    }

    private static String place(String base, String type, String expression) {
        var refused = catchThrowableOfType(Refused.class, () -> of(base, type, expression));
        return ((Problem.Invalid) refused.problem()).issues().getFirst().expression();
    }
}
