package trellis.prescriptions;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UpperChars;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrescriptionIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"24F5DA-A83008-7EFE6Z", "04F4C2-A99968-7F717P", " 24f5da-a83008-7efe6z "})
    void published_numbers_are_good(String text) {
        assertThat(PrescriptionId.of(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "269CA9-A99968-4577BP",
                "561479-395879-521272",
                "887228-510420-124913",
                "24F5DA-A83008-7EFE6",
                "24F5DA/A83008/7EFE6Z",
                "G4F5DA-A83008-7EFE6Z",
                "",
                "24F5DA-A83008-7EFE6\u0130"
            })
    void others_are_not(String text) {
        assertThat(PrescriptionId.of(text)).isEmpty();
    }

    @Property
    void new_numbers_are_good_and_one_wrong_character_is_found(
            @ForAll @UpperChars @StringLength(min = 1, max = 6) String odsCode,
            @ForAll @IntRange(min = 0, max = 17) int at,
            @ForAll @IntRange(min = 1, max = 15) int by) {
        var id = PrescriptionId.next(odsCode);
        assertThat(PrescriptionId.of(id.text())).contains(id);
        var digits = "0123456789ABCDEF";
        var place = at >= 6 ? at + (at >= 12 ? 2 : 1) : at;
        var was = digits.indexOf(id.text().charAt(Math.min(place, id.text().length() - 1)));
        if (was >= 0) {
            var wrong = new StringBuilder(id.text());
            wrong.setCharAt(place, digits.charAt((was + by) % digits.length()));
            assertThat(PrescriptionId.of(wrong.toString())).isEmpty();
        }
    }
}
