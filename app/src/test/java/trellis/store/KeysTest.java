package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameters;

class KeysTest {

    @Test
    void hashes_that_stand_in_databases_never_change() {
        var salt = Keys.salt("Observation", "code");
        assertThat(Keys.resource("Patient", "1")).isEqualTo(GOLDEN[0]);
        assertThat(salt).isEqualTo(GOLDEN[1]);
        assertThat(Keys.token(salt, "http://loinc.org", "8302-2")).isEqualTo(GOLDEN[2]);
        assertThat(Keys.code(salt, "8302-2")).isEqualTo(GOLDEN[3]);
        assertThat(Keys.system(salt, "http://loinc.org")).isEqualTo(GOLDEN[4]);
        assertThat(Keys.exact(salt, "Body Height")).isEqualTo(GOLDEN[5]);
        assertThat(Keys.uri(salt, "urn:x")).isEqualTo(GOLDEN[6]);
        assertThat(Keys.unit("http://unitsofmeasure.org", "cm")).isEqualTo(GOLDEN[7]);
        assertThat(Keys.present(salt)).isEqualTo(GOLDEN[8]);
        assertThat(Keys.part(salt, 1, 2)).isEqualTo(GOLDEN[9]);
    }

    private static final long[] GOLDEN = {
        4482323484384891445L,
        8311878343294696123L,
        -5719571226676614079L,
        -4992536425647436561L,
        6736192447413644316L,
        3618635580626444084L,
        4243991158803870300L,
        -6989986250884459125L,
        -4817002292950626027L,
        -5605232192205595951L
    };

    @Test
    void no_two_parameters_share_a_number_in_the_rows() {
        var seen = new HashMap<Integer, String>();
        for (var type : Definitions.r4().resourceTypes()) {
            for (var parameter : SearchParameters.r4().of(type)) {
                var salt = Keys.salt(parameter);
                note(seen, Keys.parameter(salt), type + "." + parameter.code());
                for (var part = 0; part < parameter.components().size(); part++) {
                    note(
                            seen,
                            Keys.parameter(Keys.part(salt, part, 0)),
                            type + "." + parameter.code() + "$" + part);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(1000);
    }

    private static void note(Map<Integer, String> seen, int number, String name) {
        assertThat(seen.put(number, name)).as(name).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "O’Brien-Müller, o’brien-muller",
        "'  Ana   María ', ana maria",
        "ÉTÉ, ete",
        "ﬁnch, finch",
        "Łukasz, lukasz",
        "STRAẞE, strasse",
        "Søren Þór, soren thor",
    })
    void texts_are_compared_without_case_accents_and_surplus_space(String text, String normal) {
        assertThat(Keys.normal(text)).isEqualTo(normal);
    }
}
