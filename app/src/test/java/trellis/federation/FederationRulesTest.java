package trellis.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.Trellis;
import trellis.access.Level;
import trellis.federation.FederationRules.Nobody;
import trellis.federation.FederationRules.Person;
import trellis.federation.FederationRules.Reason;
import trellis.federation.FederationRules.User;
import trellis.federation.FederationSettings.Kind;
import trellis.people.NhsNumber;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class FederationRulesTest {
    private static FederationSettings.People of(Kind kind) {
        return new FederationSettings.People(kind, "preferred_username", "[]");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "3, 3, 555, 555, USER",
                "3, 2, -, 555, USER",
                "2, 3, 555, 555, LEVEL",
                "3, 1, 555, 555, LEVEL",
                "-, 3, 555, 555, LEVEL",
                "3, 3, 777, 555, ROLE",
            })
    void a_user_of_the_care_identity_service_needs_proof_and_a_role_of_their_own(
            String identity, String authentication, String chosen, String role, String answer) {
        var claims = new HashMap<String, Object>();
        claims.put("nhsid_useruid", "910000000001");
        claims.put("nhsid_nrbac_roles", List.of(Map.of("person_roleid", role)));
        claims.put("authentication_assurance_level", authentication);
        if (identity != null) {
            claims.put("id_assurance_level", Integer.valueOf(identity));
        }
        if (chosen != null) {
            claims.put("selected_roleid", chosen);
        }
        var said = FederationRules.said(of(Kind.CIS2), claims);
        if (answer.equals("USER")) {
            assertThat(said).isEqualTo(new User("910000000001", Optional.ofNullable(chosen)));
        } else {
            assertThat(said).isEqualTo(new Nobody(Reason.valueOf(answer)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "P9.Cp.Cd, P9, 9990548609, P9",
                "P9.Cp.Cd, -, 9990548609, P9",
                "P5.Cp.Cd, P9, 9990548609, P5",
                "P9.Cp.Cd, P5, 9990548609, P5",
                "P0.Cp.Cd, P9, 9990548609, -",
                "-, P9, 9990548609, -",
                "P8.Cp, P9, 9990548609, -",
                "P9.Cp.Cd, P9, 9990548600, -",
                "P9.Cp.Cd, P9, -, -",
            })
    void somebody_of_the_public_is_as_well_proved_as_the_lesser_of_both_says(
            String vector, String proofing, String number, Level level) {
        var claims = new HashMap<String, Object>();
        claims.put("vot", vector);
        claims.put("identity_proofing_level", proofing);
        claims.put("nhs_number", number);
        claims.put("birthdate", "1970-02-03");
        claims.put("family_name", "Fernandez");
        var said = FederationRules.said(of(Kind.NHS_LOGIN), claims);
        assertThat(said)
                .isEqualTo(
                        level == null
                                ? new Nobody(Reason.LEVEL)
                                : new Person(
                                        new NhsNumber("9990548609"),
                                        level,
                                        "1970-02-03",
                                        "Fernandez"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://id.example/realm, secret, api, https",
        "ftp://localhost/x, secret, api, https",
        "https://id.example/realm, '', api, CLIENT_KEY",
        "https://id.example/realm, secret, trellis, must differ",
    })
    void settings_that_do_not_fit_are_refused_with_a_remedy(
            String issuer, String secret, String audience, String words) {
        var environment =
                Map.of(
                        "TRELLIS_OIDC_ISSUER", issuer,
                        "TRELLIS_OIDC_CLIENT_SECRET", secret,
                        "TRELLIS_OIDC_AUDIENCE", audience);
        var settings = Settings.read(environment, Trellis.SETTINGS);
        assertThatThrownBy(() -> FederationSettings.from(settings))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining(words);
    }

    @Test
    void the_secret_is_in_no_text() {
        var environment =
                Map.of(
                        "TRELLIS_OIDC_ISSUER", "https://id.example",
                        "TRELLIS_OIDC_CLIENT_SECRET", "not-to-be-seen");
        var settings = FederationSettings.from(Settings.read(environment, Trellis.SETTINGS));
        assertThat(settings.toString()).doesNotContain("not-to-be-seen");
    }
}
