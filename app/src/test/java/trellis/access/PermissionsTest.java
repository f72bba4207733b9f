package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.fhir.definitions.Definitions;

class PermissionsTest {
    private final Permissions permissions = Permissions.builtIn();

    /// Rights of a role in one word each: r(ead), s(earch), w(rite). Read it as a table; a change here
    /// is a change of who may see what.
    @Test
    void who_may_do_what_is_this_and_nothing_else() {
        assertThat(
                        table(
                                List.of(
                                        "Condition",
                                        "Observation",
                                        "DocumentReference",
                                        "Binary",
                                        "Bundle",
                                        "Basic",
                                        "Encounter",
                                        "Patient",
                                        "RelatedPerson",
                                        "Consent",
                                        "Appointment",
                                        "Slot",
                                        "Organization",
                                        "PractitionerRole",
                                        "ValueSet",
                                        "AuditEvent",
                                        "MedicationRequest",
                                        "MedicationDispense")))
                .isEqualTo(
                        """
                        Condition          CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Observation        CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        DocumentReference  CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Binary             CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Bundle             CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Basic              CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Encounter          CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        Patient            CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK rsw  AUDITOR rs-  PATIENT rs-
                        RelatedPerson      CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK rsw  AUDITOR rs-  PATIENT rs-
                        Consent            CLINICIAN rs-  GP rs-  PHARMACIST rs-  WARD_CLERK ---  AUDITOR rs-  PATIENT rs-
                        Appointment        CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK rsw  AUDITOR ---  PATIENT rs-
                        Slot               CLINICIAN rsw  GP rsw  PHARMACIST ---  WARD_CLERK rsw  AUDITOR ---  PATIENT rs-
                        Organization       CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK rs-  AUDITOR rs-  PATIENT rs-
                        PractitionerRole   CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK rs-  AUDITOR rs-  PATIENT rs-
                        ValueSet           CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK rs-  AUDITOR rs-  PATIENT rs-
                        AuditEvent         CLINICIAN ---  GP r--  PHARMACIST ---  WARD_CLERK ---  AUDITOR rs-  PATIENT ---
                        MedicationRequest  CLINICIAN rsw  GP rsw  PHARMACIST rs-  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        MedicationDispense CLINICIAN rs-  GP rs-  PHARMACIST rsw  WARD_CLERK ---  AUDITOR ---  PATIENT rs-
                        """);
    }

    @Test
    void every_type_the_table_names_is_a_resource_type() {
        assertThat(permissions.named()).isSubsetOf(Definitions.r4().resourceTypes());
    }

    @Test
    void a_clerk_and_an_auditor_see_no_type_that_is_not_named() {
        var unnamed = new ArrayList<>(Definitions.r4().resourceTypes());
        unnamed.removeAll(permissions.named());
        assertThat(unnamed)
                .hasSizeGreaterThan(80)
                .allSatisfy(type -> {
                    for (var right : Right.values()) {
                        assertThat(permissions.allows(Role.WARD_CLERK, right, type)).isFalse();
                        assertThat(permissions.allows(Role.AUDITOR, right, type)).isFalse();
                    }
                });
    }

    @Test
    void a_type_nobody_has_heard_of_is_clinical() {
        assertThat(permissions.allows(Role.WARD_CLERK, Right.READ, "Nonsense")).isFalse();
        assertThat(permissions.allows(Role.CLINICIAN, Right.READ, "Nonsense")).isTrue();
    }

    @Test
    void the_machine_may_do_everything_and_nobody_nothing() {
        assertThat(Definitions.r4().resourceTypes())
                .allSatisfy(type -> {
                    for (var right : Right.values()) {
                        assertThat(permissions.allows(Role.SYSTEM, right, type)).isTrue();
                        assertThat(permissions.allows(Role.NOBODY, right, type)).isFalse();
                    }
                });
    }

    private String table(List<String> types) {
        var text = new StringBuilder();
        for (var type : types) {
            text.append("%-19s".formatted(type));
            Arrays.stream(Role.values())
                    .filter(role -> role != Role.SYSTEM && role != Role.NOBODY)
                    .forEach(role ->
                            text.append(role).append(' ').append(rights(role, type)).append("  "));
            text.setLength(text.length() - 2);
            text.append('\n');
        }
        return text.toString();
    }

    private String rights(Role role, String type) {
        return (permissions.allows(role, Right.READ, type) ? "r" : "-")
                + (permissions.allows(role, Right.SEARCH, type) ? "s" : "-")
                + (permissions.allows(role, Right.WRITE, type) ? "w" : "-");
    }
}
