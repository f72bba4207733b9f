package trellis.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "5, mg, 0.005, g",
        "1, kg, 1000, g",
        "1, '[lb_av]', 453.59237, g",
        "37, Cel, 310.15, K",
        "98.6, '[degF]', 310.15, K",
        "180, cm, 1.8, m",
        "1, mm[Hg], 133322, g.m-1.s-2",
        "60, /min, 1, s-1",
    })
    void amounts_are_counted_in_base_units(
            BigDecimal amount, String code, BigDecimal base, String unit) {
        var scale = Units.ucum().scale(code).orElseThrow();
        assertThat(scale.unit()).isEqualTo(unit);
        assertThat(scale.of(amount).subtract(base).abs()).isLessThan(base.movePointLeft(20));
    }

    @Test
    void what_ucum_does_not_know_has_no_base_units() {
        assertThat(Units.ucum().scale("")).isEmpty();
        assertThat(Units.ucum().scale("tablets")).isEmpty();
        assertThat(Units.ucum().scale("((((")).isEmpty();
        assertThat(Units.ucum().scale("m".repeat(500))).isEmpty();
    }
}
