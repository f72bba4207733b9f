package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What has to be there before a Trellis is asked for what only it serves: the numbers of summaries, pointers, opened records.
final class Ours {
    private static final String SUMMARIES = "/summary-care-record/FHIR/R4/";
    private static final String POINTERS = "/record-locator/producer/FHIR/R4/DocumentReference";
    private static final int RECORDS = 8;

    private Ours() {}

    /// A row with `uuid` and `identifier` for each who has a summary.
    static List<Map<String, String>> summaries(Light light, Subjects subjects) throws IOException {
        var rows = new ArrayList<Map<String, String>>();
        for (var patient : subjects.list("patient")) {
            var whose = patient.getOrDefault("identifier", "");
            var uuid =
                    light.get(SUMMARIES + "DocumentReference?patient=" + whose)
                            .expect(200, "asking for a summary")
                            .json()
                            .at("/entry/0/resource/masterIdentifier/value")
                            .asString("");
            if (!uuid.isEmpty()) {
                rows.add(Map.of("uuid", uuid, "identifier", whose));
            }
        }
        return rows;
    }

    /// Makes a pointer for everybody.
    static void pointers(Light light, Subjects subjects) throws IOException {
        for (var patient : subjects.list("patient")) {
            var body = pointer(patient.getOrDefault("number", "")).getBytes(UTF_8);
            light.post(POINTERS, body).expect(201, "making a pointer");
        }
    }

    private static String pointer(String number) {
        return """
        {"resourceType":"DocumentReference","status":"current",
         "type":{"coding":[{"system":"http://snomed.info/sct","code":"736253002","display":"Mental health crisis plan"}]},
         "category":[{"coding":[{"system":"http://snomed.info/sct","code":"734163000","display":"Care plan"}]}],
         "subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}},
         "author":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"X26"}}],
         "custodian":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"X26"}},
         "content":[{"attachment":{"contentType":"application/pdf","url":"https://provider.example/plan.pdf"},
           "extension":[{"url":"https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability",
             "valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability",
               "code":"static","display":"Static"}]}}],
           "format":{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode","code":"urn:nhs-ic:unstructured",
             "display":"Unstructured Document"}}]}\
        """
                .formatted(number);
    }

    /// Signs in as the demo region's clinician, who opens some records with a reason.
    ///
    /// @return what asks for pages in their name
    static Light clinician(Node node, Subjects subjects) throws IOException {
        var account =
                Files.readAllLines(node.home().resolve("accounts.txt")).stream()
                        .filter(line -> line.startsWith("clinician"))
                        .findFirst()
                        .orElseThrow()
                        .split("\\s+");
        var session = new Session(node.pages());
        session.signIn(account[0], account[1]);
        for (var record : opened(subjects)) {
            session.open(record.getOrDefault("id", ""));
        }
        return session.light();
    }

    /// The records that [#clinician] opens.
    static List<Map<String, String>> opened(Subjects subjects) {
        return subjects.list("record").stream().limit(RECORDS).toList();
    }
}
