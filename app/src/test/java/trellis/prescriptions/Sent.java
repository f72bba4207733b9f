package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Messages as prescribing and dispensing systems send them.
final class Sent {
    private static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    private static final String NHS = "https://fhir.nhs.uk/Id/nhs-number";

    private Sent() {}

    /// A prescription to be sent.
    ///
    /// @param items their identifiers
    /// @param nominated empty for nobody
    /// @param repeats 0 for one issue
    record Order(
            PrescriptionId id,
            String number,
            List<String> items,
            String prescriber,
            String nominated,
            int repeats) {

        static Order of(String number, String nominated, int items) {
            return new Order(
                    PrescriptionId.next("ZR1"),
                    number,
                    Stream.generate(() -> UUID.randomUUID().toString()).limit(items).toList(),
                    "ZR1",
                    nominated,
                    0);
        }

        Order repeated(int times) {
            return new Order(id, number, items, prescriber, nominated, times);
        }
    }

    static ObjectNode json(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }

    private static String entry(String url, String resource) {
        return "{\"fullUrl\":\"urn:uuid:%s\",\"resource\":%s}".formatted(url, resource);
    }

    private static String header(String code, String display, String sender) {
        return entry(
                UUID.randomUUID().toString(),
                """
                {"resourceType":"MessageHeader","eventCoding":{"system":"https://fhir.nhs.uk/CodeSystem/message-event",
                 "code":"%s","display":"%s"},"sender":{"identifier":{"system":"%s","value":"%s"},"display":"Sender"},
                 "source":{"endpoint":"https://example.nhs.uk/%s"},"focus":[]}
                """
                        .formatted(code, display, ODS, sender, sender));
    }

    private static final String ROLE = "56166769-c1c4-4d07-afa8-132b5dfca666";
    private static final String PERSON = "a8c85454-f8cb-498d-9629-78e2cb5fa47a";
    private static final String PLACE = "3b4b03a5-52ba-4ba6-9b82-70350aa109d8";
    private static final String PATIENT = "78d3c2eb-009e-4ec8-a358-b042954aa9b2";

    private static String patient(Order order) {
        return entry(
                PATIENT,
                """
                {"resourceType":"Patient","identifier":[{"system":"%s","value":"%s"}],
                 "name":[{"use":"usual","family":"Field","given":["Robin"]}],"gender":"female","birthDate":"1970-01-02",
                 "address":[{"use":"home","line":["1 Mill Lane","Leeds"],"postalCode":"LS1 6AE"}]}
                """
                        .formatted(NHS, order.number()));
    }

    private static String role() {
        return entry(
                ROLE,
                """
                {"resourceType":"PractitionerRole","identifier":[{"system":"https://fhir.nhs.uk/Id/sds-role-profile-id",
                 "value":"100102238986"}],"practitioner":{"reference":"urn:uuid:%s"},"organization":{"reference":"urn:uuid:%s"},
                 "code":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode",
                 "code":"S8000:G8000:R8000"}]}],"telecom":[{"system":"phone","use":"work","value":"01234567890"}]}
                """
                        .formatted(PERSON, PLACE));
    }

    private static String person() {
        return entry(
                PERSON,
                """
                {"resourceType":"Practitioner","identifier":[{"system":"https://fhir.nhs.uk/Id/sds-user-id","value":"555086689106"},
                 {"system":"https://fhir.hl7.org.uk/Id/gmc-number","value":"C6095103"}],
                 "name":[{"family":"Osei","given":["Amina"],"prefix":["Dr"]}]}
                """);
    }

    private static String place(String ods) {
        return entry(
                PLACE,
                """
                {"resourceType":"Organization","identifier":[{"system":"%s","value":"%s"}],"name":"Rowan Vale Surgery",
                 "address":[{"use":"work","line":["2 High Street"],"city":"Leeds","postalCode":"LS1 1AB"}],
                 "telecom":[{"system":"phone","use":"work","value":"01234567890"}],
                 "partOf":{"identifier":{"system":"%s","value":"84H"},"display":"An area"}}
                """
                        .formatted(ODS, ods, ODS));
    }

    private static String request(Order order, String item, String status, String more) {
        return """
        {"resourceType":"MedicationRequest","extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionType",
          "valueCoding":{"system":"https://fhir.nhs.uk/CodeSystem/prescription-type","code":"0101",
          "display":"Primary Care Prescriber - Medical Prescriber"}}],
         "identifier":[{"system":"https://fhir.nhs.uk/Id/prescription-order-item-number","value":"%s"}],
         "status":"%s","intent":"%s",%s
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/medicationrequest-category","code":"community",
          "display":"Community"}]}],
         "medicationCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"39720311000001101",
          "display":"Paracetamol 500mg soluble tablets"}]},
         "subject":{"reference":"urn:uuid:%s"},"authoredOn":"%s","requester":{"reference":"urn:uuid:%s"},
         "groupIdentifier":{"extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionId",
          "valueIdentifier":{"system":"https://fhir.nhs.uk/Id/prescription","value":"%s"}}],
          "system":"https://fhir.nhs.uk/Id/prescription-order-number","value":"%s"},
         "courseOfTherapyType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy",
          "code":"%s"}]},
         "dosageInstruction":[{"text":"4 times a day - as needed","additionalInstruction":[{"coding":[{"system":"http://snomed.info/sct",
          "code":"421769005","display":"Follow directions"}]}]}],
         "dispenseRequest":{"extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-DM-PerformerSiteType",
          "valueCoding":{"system":"https://fhir.nhs.uk/CodeSystem/dispensing-site-preference","code":"%s"}}],
          %s%s"quantity":{"value":60,"unit":"tablet","system":"http://snomed.info/sct","code":"428673006"}},
         "substitution":{"allowedBoolean":false}}
        """
                .formatted(
                        item,
                        status,
                        order.repeats() == 0 ? "order" : "original-order",
                        more,
                        PATIENT,
                        Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.HOURS),
                        ROLE,
                        UUID.nameUUIDFromBytes(order.id().text().getBytes(UTF_8)),
                        order.id().text(),
                        order.repeats() == 0 ? "acute" : "continuous-repeat-dispensing",
                        order.nominated().isEmpty() ? "0004" : "P1",
                        order.nominated().isEmpty()
                                ? ""
                                : "\"performer\":{\"identifier\":{\"system\":\"%s\",\"value\":\"%s\"}},"
                                        .formatted(ODS, order.nominated()),
                        order.repeats() == 0
                                ? ""
                                : "\"numberOfRepeatsAllowed\":%d,\"expectedSupplyDuration\":{\"value\":28,\"unit\":\"day\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"d\"},"
                                        .formatted(order.repeats()));
    }

    private static ObjectNode message(List<String> entries) {
        return json(
                """
                {"resourceType":"Bundle","id":"%s","identifier":{"system":"https://tools.ietf.org/html/rfc4122","value":"%s"},
                 "type":"message","entry":[%s]}
                """
                        .formatted(
                                UUID.randomUUID(), UUID.randomUUID(), String.join(",", entries)));
    }

    /// A prescription that nobody has signed.
    static ObjectNode unsigned(Order order) {
        var entries = new ArrayList<String>();
        entries.add(header("prescription-order", "Prescription Order", order.prescriber()));
        for (var item : order.items()) {
            entries.add(entry(item, request(order, item, "active", "")));
        }
        entries.addAll(List.of(patient(order), role(), person(), place(order.prescriber())));
        return message(entries);
    }

    /// The same with its medicines as resources of their own.
    static ObjectNode referring(ObjectNode message) {
        var entries = (ArrayNode) message.path("entry");
        for (var request : List.copyOf(entries.valueStream().toList())) {
            if (request.at("/resource/resourceType").asString("").equals("MedicationRequest")) {
                var url = UUID.randomUUID().toString();
                var resource = (ObjectNode) request.path("resource");
                var medication = json("{\"resourceType\":\"Medication\"}");
                medication.set("code", resource.remove("medicationCodeableConcept"));
                resource.putObject("medicationReference").put("reference", "urn:uuid:" + url);
                entries.add(json(entry(url, medication.toString())));
            }
        }
        return message;
    }

    /// The same with a signature.
    static ObjectNode signed(ObjectNode message, String when, String signature) {
        var signed = message.deepCopy();
        var targets =
                signed.path("entry")
                        .valueStream()
                        .filter(one ->
                                one.at("/resource/resourceType")
                                        .asString("")
                                        .equals("MedicationRequest"))
                        .map(one -> "{\"reference\":\"" + one.path("fullUrl").asString("") + "\"}")
                        .collect(Collectors.joining(","));
        ((ArrayNode) signed.path("entry"))
                .add(
                        json(
                                entry(
                                        UUID.randomUUID().toString(),
                                        """
                                        {"resourceType":"Provenance","target":[%s],"recorded":"%s",
                                         "agent":[{"who":{"reference":"urn:uuid:%s"}}],
                                         "signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"1.2.840.10065.1.12.1.1"}],
                                          "when":"%s","who":{"reference":"urn:uuid:%s"},"data":"%s"}]}
                                        """
                                                .formatted(
                                                        targets, when, ROLE, when, ROLE,
                                                        signature))));
        return signed;
    }

    /// The cancellation of an item.
    static ObjectNode cancellation(Order order, String item) {
        return message(
                List.of(
                        header(
                                "prescription-order-update",
                                "Prescription Order Update",
                                order.prescriber()),
                        entry(
                                item,
                                request(
                                        order,
                                        item,
                                        "cancelled",
                                        "\"statusReason\":{\"coding\":[{\"system\":\"https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason\",\"code\":\"0001\",\"display\":\"Prescribing error\"}]},")),
                        patient(order),
                        role(),
                        person(),
                        place(order.prescriber())));
    }

    private static String pharmacy(String ods, String more) {
        return """
        {"resourceType":"Organization","id":"organization",%s"identifier":[{"system":"%s","value":"%s"}],"active":true,
         "type":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/organisation-role","code":"182","display":"PHARMACY"}]}],
         "name":"The Pharmacy","address":[{"line":["3 High Street"],"city":"Leeds","postalCode":"LS1 1AB"}],
         "telecom":[{"system":"phone","use":"work","value":"01234567890"}]}
        """
                .formatted(more, ODS, ods);
    }

    private static String pharmacist(String place) {
        return """
        {"resourceType":"PractitionerRole","id":"requester","identifier":[{"system":"https://fhir.nhs.uk/Id/sds-role-profile-id",
         "value":"555086415105"}],"practitioner":{"identifier":{"system":"https://fhir.nhs.uk/Id/sds-user-id","value":"3415870201"},
         "display":"Ms Lottie Maifeld"},%s"code":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode",
         "code":"S8000:G8000:R8003"}]}],"telecom":[{"system":"phone","use":"work","value":"01234567890"}]}
        """
                .formatted(
                        place.isEmpty()
                                ? ""
                                : "\"organization\":{\"reference\":\"" + place + "\"},");
    }

    /// A download of one prescription, or of whatever is nominated.
    static ObjectNode release(String ods, String prescription) {
        return json(
                """
                {"resourceType":"Parameters","parameter":[{"name":"owner","resource":%s},{"name":"status","valueCode":"accepted"},
                 {"name":"agent","resource":%s}%s]}
                """
                        .formatted(
                                pharmacy(ods, ""),
                                pharmacist(""),
                                prescription.isEmpty()
                                        ? ""
                                        : ",{\"name\":\"group-identifier\",\"valueIdentifier\":{\"system\":\"https://fhir.nhs.uk/Id/prescription-order-number\",\"value\":\""
                                                + prescription
                                                + "\"}}"));
    }

    private static ObjectNode task(Order order, String ods, String more) {
        return json(
                """
                {"resourceType":"Task","contained":[%s,%s],
                 "identifier":[{"system":"https://tools.ietf.org/html/rfc4122","value":"%s"}],%s"intent":"order",
                 "groupIdentifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-number","value":"%s"},
                 "for":{"identifier":{"system":"%s","value":"%s"}},"authoredOn":"2026-03-09T10:00:00+00:00",
                 "requester":{"reference":"#requester"}}
                """
                        .formatted(
                                pharmacist("#organization"),
                                pharmacy(ods, ""),
                                UUID.randomUUID(),
                                more,
                                order.id().text(),
                                NHS,
                                order.number()));
    }

    static ObjectNode giveBack(Order order, String ods) {
        return task(
                order,
                ods,
                "\"status\":\"rejected\",\"statusReason\":{\"coding\":[{\"system\":\"https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason\",\"code\":\"0003\",\"display\":\"Patient requested release\"}]},");
    }

    static ObjectNode withdrawal(Order order, String ods, String notification) {
        return task(
                order,
                ods,
                """
                "status":"in-progress","statusReason":{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason",
                 "code":"QU","display":"Quantity Update"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code",
                 "code":"abort"}]},"focus":{"identifier":{"system":"https://tools.ietf.org/html/rfc4122","value":"%s"}},
                """
                        .formatted(notification));
    }

    /// What was handed over.
    ///
    /// @param to code that the prescription is said to be in
    /// @param items code of each item's status, by its identifier
    static ObjectNode notification(Order order, String ods, String to, Map<String, String> items) {
        var place = UUID.randomUUID().toString();
        var entries = new ArrayList<String>();
        entries.add(header("dispense-notification", "Dispense Notification", ods));
        items.forEach((item, status) ->
                entries.add(
                        entry(
                                UUID.randomUUID().toString(),
                                """
                                {"resourceType":"MedicationDispense","contained":[%s,%s],
                                 "extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-EPS-TaskBusinessStatus",
                                  "valueCoding":{"system":"https://fhir.nhs.uk/CodeSystem/EPS-task-business-status","code":"%s"}}],
                                 "identifier":[{"system":"https://fhir.nhs.uk/Id/prescription-dispense-item-number","value":"%s"}],
                                 "status":"in-progress",
                                 "medicationCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"39720311000001101",
                                  "display":"Paracetamol 500mg soluble tablets"}]},
                                 "subject":{"identifier":{"system":"%s","value":"%s"}},
                                 "performer":[{"actor":{"reference":"#requester"}}],
                                 "authorizingPrescription":[{"reference":"#item"}],
                                 "type":{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/medicationdispense-type","code":"%s"}]},
                                 "quantity":{"value":60,"unit":"tablet","system":"http://snomed.info/sct","code":"428673006"},
                                 "whenHandedOver":"2026-03-09T10:00:00+00:00",
                                 "dosageInstruction":[{"text":"4 times a day"}]}
                                """
                                        .formatted(
                                                pharmacist("urn:uuid:" + place),
                                                request(order, item, "active", "")
                                                        .replaceFirst(
                                                                "\\{\"resourceType\":\"MedicationRequest\",",
                                                                "{\"resourceType\":\"MedicationRequest\",\"id\":\"item\","),
                                                to,
                                                UUID.randomUUID(),
                                                NHS,
                                                order.number(),
                                                status))));
        entries.add(
                entry(
                        place,
                        pharmacy(
                                ods,
                                "\"extension\":[{\"url\":\"https://fhir.nhs.uk/StructureDefinition/Extension-ODS-OrganisationRelationships\",\"extension\":[{\"url\":\"reimbursementAuthority\",\"valueIdentifier\":{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"T1450\"}}]}],")));
        return message(entries);
    }

    /// The same in the place of another.
    static ObjectNode replacing(ObjectNode notification, String other) {
        var header = (ObjectNode) notification.at("/entry/0/resource");
        header.set(
                "extension",
                json("{\"e\":[{\"url\":\"https://fhir.nhs.uk/StructureDefinition/Extension-replacementOf\",\"valueIdentifier\":{\"system\":\"https://tools.ietf.org/html/rfc4122\",\"value\":\""
                                + other
                                + "\"}}]}")
                        .path("e"));
        return notification;
    }

    static String id(ObjectNode message) {
        return message.at("/identifier/value").asString("");
    }

    /// A claim.
    static ObjectNode claim(Order order, String ods, Map<String, String> items, String replaces) {
        var sequence = new AtomicInteger();
        return json(
                """
                {"resourceType":"Claim",%s"contained":[%s,%s],"created":"2026-03-09T10:00:00+00:00",
                 "identifier":[{"system":"https://tools.ietf.org/html/rfc4122","value":"%s"}],"status":"active",
                 "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"pharmacy"}]},"use":"claim",
                 "patient":{"identifier":{"system":"%s","value":"%s"}},"provider":{"reference":"#requester"},
                 "priority":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/processpriority","code":"normal"}]},
                 "insurance":[{"sequence":1,"focal":true,"coverage":{"identifier":{"system":"%s","value":"T1450"},
                  "display":"NHS BUSINESS SERVICES AUTHORITY"}}],
                 "payee":{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/payeetype","code":"provider"}]},
                  "party":{"reference":"#organization"}},
                 "prescription":{"extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-DM-GroupIdentifier",
                  "extension":[{"url":"shortForm","valueIdentifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-number",
                  "value":"%s"}}]}]},
                 "item":[{"sequence":1,"productOrService":{"coding":[{"system":"http://snomed.info/sct","code":"16076005"}]},
                  "detail":[%s]}]}
                """
                        .formatted(
                                replaces.isEmpty()
                                        ? ""
                                        : "\"extension\":[{\"url\":\"https://fhir.nhs.uk/StructureDefinition/Extension-replacementOf\",\"valueIdentifier\":{\"system\":\"https://tools.ietf.org/html/rfc4122\",\"value\":\""
                                                + replaces
                                                + "\"}}],",
                                pharmacist("#organization"),
                                pharmacy(ods, ""),
                                UUID.randomUUID(),
                                NHS,
                                order.number(),
                                ODS,
                                order.id().text(),
                                items.entrySet().stream()
                                        .map(item ->
                                                """
                                                {"sequence":%d,"extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-ClaimMedicationRequestReference",
                                                  "valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-item-number","value":"%s"}}}],
                                                 "productOrService":{"coding":[{"system":"http://snomed.info/sct","code":"39720311000001101"}]},
                                                 "modifier":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/medicationdispense-type","code":"%s"}]}],
                                                 "programCode":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement","code":"NDEC"}]}],
                                                 "quantity":{"value":60}}
                                                """
                                                        .formatted(
                                                                sequence.incrementAndGet(),
                                                                item.getKey(),
                                                                item.getValue()))
                                        .collect(Collectors.joining(","))));
    }
}
