package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Role;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.fhir.xml.FhirXml;

/// docs/api/summary.md.
class PatientSummaryIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String patient() {
        return wire().patient(
                        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Okafor\"}],\"birthDate\":\"1980-02-01\"}");
    }

    private static String about(String patient, String json) {
        var resource = json.replace("PATIENT", "{\"reference\":\"Patient/" + patient + "\"}");
        var type = resource.replaceAll("(?s).*\"resourceType\":\"([A-Za-z]+)\".*", "$1");
        return type + "/" + wire().post("/" + type, resource).is(201).id();
    }

    private static ObjectNode summary(String patient) {
        return wire().get("/Patient/" + patient + "/$summary").is(200).json();
    }

    private static JsonNode section(ObjectNode summary, String loinc) {
        for (var section : summary.at("/entry/0/resource/section")) {
            if (section.at("/code/coding/0/code").asString().equals(loinc)) {
                return section;
            }
        }
        throw new AssertionError("no section " + loinc + " in " + summary);
    }

    private static List<String> entries(JsonNode section) {
        var all = new ArrayList<String>();
        section.path("entry")
                .forEach(entry ->
                        all.add(
                                entry.path("reference")
                                        .asString()
                                        .replaceFirst(".*/([A-Za-z]+/[^/]+)$", "$1")));
        return all;
    }

    private static String problem(String patient, String code, String status) {
        return about(
                patient,
                """
                {"resourceType":"Condition","subject":PATIENT,"code":{"text":"%s"},"clinicalStatus":{"coding":
                [{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"%s"}]}}\
                """
                        .formatted(code, status));
    }

    private static String weight(String patient, String value, String date) {
        return about(
                patient,
                """
                {"resourceType":"Observation","status":"final","subject":PATIENT,"effectiveDateTime":"%s",
                "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
                "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body weight"}]},
                "valueQuantity":{"value":%s,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}\
                """
                        .formatted(date, value));
    }

    @Test
    void a_record_without_anything_says_that_nothing_is_recorded_and_no_more() {
        var summary = summary(patient());

        assertThat(summary.path("type").asString()).isEqualTo("document");
        for (var loinc : List.of("48765-2", "10160-0", "11450-4")) {
            var section = section(summary, loinc);
            assertThat(section.at("/emptyReason/coding/0/code").asString())
                    .isEqualTo("unavailable");
            assertThat(section.at("/text/div").asString())
                    .contains("That does not say that there is nothing.");
        }
        assertThat(summary.at("/entry/0/resource/section")).hasSize(3);
    }

    @Test
    void sections_hold_what_belongs_in_them() {
        var patient = patient();
        var asthma = problem(patient, "Asthma", "active");
        var fracture = problem(patient, "Fracture of wrist", "resolved");
        var allergy =
                about(
                        patient,
                        "{\"resourceType\":\"AllergyIntolerance\",\"patient\":PATIENT,\"code\":{\"text\":\"Nuts <all>\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]},\"criticality\":\"high\"}");
        about(
                patient,
                "{\"resourceType\":\"Immunization\",\"status\":\"not-done\",\"patient\":PATIENT,\"vaccineCode\":{\"text\":\"Flu\"},\"occurrenceDateTime\":\"2024-10-01\"}");
        var medicine =
                about(
                        patient,
                        "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"subject\":PATIENT,\"medicationCodeableConcept\":{\"text\":\"Salbutamol\"},\"dosageInstruction\":[{\"text\":\"two puffs\"}]}");
        about(
                patient,
                "{\"resourceType\":\"MedicationRequest\",\"status\":\"stopped\",\"intent\":\"order\",\"subject\":PATIENT,\"medicationCodeableConcept\":{\"text\":\"Aspirin\"}}");

        var summary = summary(patient);

        assertThat(entries(section(summary, "11450-4"))).containsExactly(asthma);
        assertThat(entries(section(summary, "11348-0"))).containsExactly(fracture);
        assertThat(entries(section(summary, "48765-2"))).containsExactly(allergy);
        assertThat(entries(section(summary, "10160-0"))).containsExactly(medicine);
        assertThat(section(summary, "48765-2").at("/text/div").asString())
                .contains("Nuts &lt;all&gt;, criticality high");
        assertThat(section(summary, "10160-0").at("/text/div").asString())
                .contains("Salbutamol, two puffs");
        assertThat(summary.toString()).doesNotContain("Aspirin").doesNotContain("Flu");
    }

    @Test
    void of_what_is_measured_again_the_newest_is_told() {
        var patient = patient();
        weight(patient, "70", "2020-01-01");
        var newest = weight(patient, "72.5", "2024-03-02");
        weight(patient, "71", "2022-01-01");

        var vital = section(summary(patient), "8716-3");

        assertThat(entries(vital)).containsExactly(newest);
        assertThat(vital.at("/text/div").asString()).contains("Body weight, 72.5 kg, 2024-03-02");
    }

    @Test
    void every_reference_leads_somewhere_in_the_document_and_it_is_valid() {
        var patient = patient();
        problem(patient, "Asthma", "active");
        var practitioner =
                wire().post(
                                "/Practitioner",
                                "{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Grey\"}]}")
                        .is(201)
                        .id();
        about(
                patient,
                "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"subject\":PATIENT,\"requester\":{\"reference\":\"Practitioner/"
                        + practitioner
                        + "\"},\"medicationCodeableConcept\":{\"text\":\"Salbutamol\"}}");

        var summary = summary(patient);

        assertThat(Validator.r4().validate(Resource.of(summary))).isEmpty();
        var urls = new HashSet<String>();
        summary.path("entry").forEach(entry -> urls.add(entry.path("fullUrl").asString()));
        assertThat(urls).contains(wire().base() + "/Practitioner/" + practitioner);
        for (var section : summary.at("/entry/0/resource/section")) {
            section.path("entry")
                    .forEach(
                            entry -> assertThat(urls).contains(entry.path("reference").asString()));
        }
        assertThat(urls).contains(summary.at("/entry/0/resource/author/0/reference").asString());
    }

    @Test
    void it_comes_as_xml_too() {
        var patient = patient();
        var xml = wire().get("/Patient/" + patient + "/$summary?_format=xml").is(200);
        assertThat(FhirXml.parse(xml.bytes()).at("/entry/0/resource/resourceType").asString())
                .isEqualTo("Composition");
    }

    @Test
    void what_cannot_be_summarised_is_refused() {
        wire().get("/Patient/nobody/$summary").is(404);
        var gone = patient();
        wire().delete("/Patient/" + gone).is(204);
        wire().get("/Patient/" + gone + "/$summary").is(410);
        var patient = patient();
        wire().get("/Patient/" + patient + "/$summary?profile=http://example.org/x").is(400);
        wire().get("/Patient/" + patient + "/$summary?nonsense=1").is(400);
        wire().get("/Condition/" + patient + "/$summary").is(404);
        server.as(Role.WARD_CLERK).get("/Patient/" + patient + "/$summary").is(403);
    }
}
