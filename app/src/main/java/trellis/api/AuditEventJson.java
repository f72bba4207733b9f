package trellis.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditLine;
import trellis.store.Stored;

/// A line of the log as a FHIR AuditEvent (IHE BALP, the patterns PatientCreate, PatientRead, ...).
final class AuditEventJson {
    private static final String BALP =
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Patient";
    private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final String ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

    private AuditEventJson() {}

    /// @param patients by key, those whom lines name as the first that they touched
    static ObjectNode of(AuditLine line, Map<Long, Stored> patients) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resourceType", "AuditEvent");
        json.put("id", Long.toString(line.place().seq()));
        if (line.patient() != 0) {
            json.putObject("meta").putArray("profile").add(BALP + pattern(line));
        }
        coding(
                json.putObject("type"),
                "http://terminology.hl7.org/CodeSystem/audit-event-type",
                "rest");
        var subtype = json.putArray("subtype").addObject();
        coding(subtype, "http://hl7.org/fhir/restful-interaction", interaction(line));
        subtype.put("display", line.what());
        json.put("action", line.action().code());
        json.put("recorded", line.when().toString());
        json.put("outcome", line.status() < 400 ? "0" : line.status() < 500 ? "4" : "8");
        var purpose = json.putArray("purposeOfEvent").addObject().putArray("coding").addObject();
        coding(purpose, REASON, line.what().contains("opened with the reason") ? "BTG" : "TREAT");
        agents(json, line);
        json.putObject("source").putObject("observer").put("display", "Trellis");
        entities(json, line, patients);
        return json;
    }

    private static void agents(ObjectNode json, AuditLine line) {
        var who = line.who();
        var agents = json.putArray("agent");
        var person = agents.addObject();
        coded(
                person.putObject("type"),
                "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                "IRCP");
        person.putArray("role").addObject().put("text", who.role());
        var named = person.putObject("who");
        named.putObject("identifier").put("value", Long.toString(who.account()));
        named.put("display", who.name());
        person.put("requestor", true);
        if (!who.odsCode().isEmpty()) {
            var organisation = agents.addObject();
            coded(
                    organisation.putObject("type"),
                    "http://terminology.hl7.org/CodeSystem/v3-RoleClass",
                    "PROV");
            var place = organisation.putObject("who");
            place.putObject("identifier")
                    .put("system", "https://fhir.nhs.uk/Id/ods-organization-code")
                    .put("value", who.odsCode());
            place.put("display", who.organisation());
            organisation.put("requestor", false);
        }
        var client = agents.addObject();
        coded(client.putObject("type"), DCM, "110153");
        client.putObject("who").put("display", app(line));
        client.put("requestor", false);
        if (!line.source().address().isEmpty()) {
            client.putObject("network").put("address", line.source().address()).put("type", "2");
        }
    }

    private static String app(AuditLine line) {
        var came = line.who().came();
        var client = came.startsWith("APP ") ? came.substring(4) : line.source().agent();
        return client.isEmpty() ? came : client;
    }

    private static void entities(ObjectNode json, AuditLine line, Map<Long, Stored> patients) {
        var entities = json.putArray("entity");
        if (line.patient() != 0) {
            var entity = entities.addObject();
            var what = entity.putObject("what");
            Optional.ofNullable(patients.get(line.patient()))
                    .ifPresentOrElse(
                            patient -> what.put("reference", "Patient/" + patient.id()),
                            () -> what.put("display", "A record that is no more"));
            coding(entity.putObject("type"), ENTITY, "1");
            coding(entity.putObject("role"), ROLE, "1");
        }
        var target = line.target();
        if (!target.id().isEmpty() && !target.type().equals("Patient")) {
            var entity = entities.addObject();
            var version = target.version() == 0 ? "" : "/_history/" + target.version();
            entity.putObject("what").put("reference", target.type() + "/" + target.id() + version);
            coding(entity.putObject("type"), ENTITY, "2");
            coding(entity.putObject("role"), ROLE, "4");
        }
        if (!target.query().isEmpty()) {
            var entity = entities.addObject();
            coding(entity.putObject("type"), ENTITY, "2");
            coding(entity.putObject("role"), ROLE, "24");
            var query = target.type() + "?" + target.query();
            entity.put(
                    "query",
                    Base64.getEncoder().encodeToString(query.getBytes(StandardCharsets.UTF_8)));
        }
        if (!line.source().request().isEmpty()) {
            var entity = entities.addObject();
            entity.putObject("what").putObject("identifier").put("value", line.source().request());
            coding(
                    entity.putObject("type"),
                    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
                    "XrequestId");
        }
        if (entities.isEmpty()) {
            json.remove("entity");
        }
    }

    private static String pattern(AuditLine line) {
        return switch (line.action()) {
            case CREATE -> "Create";
            case READ -> "Read";
            case UPDATE -> "Update";
            case DELETE -> "Delete";
            case EXECUTE -> "Query";
        };
    }

    private static String interaction(AuditLine line) {
        return switch (line.action()) {
            case CREATE -> "create";
            case READ -> "read";
            case UPDATE -> "update";
            case DELETE -> "delete";
            case EXECUTE -> line.target().query().isEmpty() ? "operation" : "search";
        };
    }

    private static void coding(ObjectNode coding, String system, String code) {
        coding.put("system", system).put("code", code);
    }

    private static void coded(ObjectNode concept, String system, String code) {
        coding(concept.putArray("coding").addObject(), system, code);
    }
}
