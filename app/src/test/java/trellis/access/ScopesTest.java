package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// Scopes of SMART App Launch, read.
class ScopesTest {
    @Test
    void letters_say_what_may_be_done() {
        var scopes = Scopes.parse("openid patient/Observation.rs user/Condition.cud");
        assertThat(scopes.may('r', "Observation")).isTrue();
        assertThat(scopes.may('c', "Observation")).isFalse();
        assertThat(scopes.may('c', "Condition")).isTrue();
        assertThat(scopes.may('s', "Condition")).isFalse();
        assertThat(scopes.may('r', "Patient")).isFalse();
        assertThat(scopes.text()).isEqualTo("openid patient/Observation.rs user/Condition.cud");
    }

    @Test
    void the_first_versions_words_mean_letters() {
        assertThat(Scopes.parse("patient/*.read").may('s', "Immunization")).isTrue();
        assertThat(Scopes.parse("patient/*.read").may('c', "Immunization")).isFalse();
        assertThat(Scopes.parse("user/Patient.write").may('d', "Patient")).isTrue();
        assertThat(Scopes.parse("system/*.*").may('u', "Patient")).isTrue();
    }

    @Test
    void letters_out_of_order_unknown_words_and_nonsense_grant_nothing() {
        for (var text :
                new String[] {
                    "patient/Observation.sr",
                    "patient/Observation.",
                    "patient/observation.rs",
                    "patient/*.rs?category=laboratory",
                    "patient/Observation.cruds?category=laboratory",
                    "everybody/*.rs",
                    "patient/Observation.rs patient"
                }) {
            assertThat(Scopes.of(Set.of(text)).grants()).as(text).isEmpty();
        }
    }

    @Test
    void a_filter_holds_unless_another_scope_has_none() {
        var narrow = Scopes.parse("patient/Observation.rs?category=laboratory patient/Condition.r");
        assertThat(narrow.filters("Observation")).containsExactly("category=laboratory");
        assertThat(narrow.filters("Condition")).isEmpty();
        var wide = Scopes.parse("patient/Observation.rs?category=laboratory patient/*.rs");
        assertThat(wide.filters("Observation")).isEmpty();
    }

    @Test
    void what_is_asked_for_must_be_within_what_was_registered() {
        var registered = Scopes.parse("patient/*.rs launch/patient");
        for (var fine :
                new String[] {
                    "patient/Observation.rs",
                    "patient/Observation.r",
                    "patient/*.read",
                    "patient/Observation.rs?category=laboratory",
                    "launch/patient"
                }) {
            assertThat(registered.includes(fine)).as(fine).isTrue();
        }
        for (var not :
                new String[] {
                    "patient/Observation.cruds", "user/Observation.rs", "launch", "patient/*.*"
                }) {
            assertThat(registered.includes(not)).as(not).isFalse();
        }
        assertThat(
                        Scopes.parse("patient/Observation.rs?category=laboratory")
                                .includes("patient/Observation.rs"))
                .isFalse();
    }
}
