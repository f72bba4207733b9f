package trellis.registrations;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.people.Patient;

/// What registering changes, and what stands in its way. Pure functions.
final class RegistrationRules {
    static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";

    private static final String KIND = "GP registration";
    private static final String REMOVED =
            "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration";

    private RegistrationRules() {}

    // --- what stands in the way ------------------------------------------------------------------

    /// Why somebody cannot be registered at all; empty when they can.
    static Optional<String> barred(Patient patient) {
        if (patient.inactive()) {
            return Optional.of("This record is not in use: find the patient again.");
        }
        if (patient.nhsNumber().isEmpty()) {
            return Optional.of(
                    "This record has no NHS number, so nobody can be registered with it.");
        }
        return patient.dead()
                ? Optional.of("The patient is recorded as dead and cannot be registered.")
                : Optional.empty();
    }

    /// What is wrong with a day; empty when nothing is.
    ///
    /// @param typed empty when it could not be understood
    /// @param since the latest day on which a registration began or ended
    static Optional<String> wrong(
            Optional<LocalDate> typed,
            Patient patient,
            Optional<LocalDate> since,
            LocalDate today) {
        if (typed.isEmpty()) {
            return Optional.of("Enter a date, such as " + StaffFormat.date(today));
        }
        var day = typed.get();
        if (day.isAfter(today)) {
            return Optional.of("The date must be today or in the past");
        }
        if (patient.born().filter(born -> day.isBefore(born.firstDay())).isPresent()) {
            return Optional.of("The date must not be before the patient was born");
        }
        return since.filter(day::isBefore)
                .map(from ->
                        "The date must not be before "
                                + StaffFormat.date(from)
                                + ", when the last registration began or ended");
    }

    // --- the patient -----------------------------------------------------------------------------

    /// Ids of the organisations that somebody is registered with.
    static List<String> practices(JsonNode patient) {
        return patient.path("generalPractitioner")
                .valueStream()
                .map(one -> one.path("reference").asString(""))
                .filter(reference -> reference.startsWith("Organization/"))
                .map(reference -> reference.substring("Organization/".length()))
                .toList();
    }

    /// ODS codes of the organisations that somebody is registered with and that are named by nothing else.
    static List<String> codes(JsonNode patient) {
        return patient.path("generalPractitioner")
                .valueStream()
                .filter(one -> one.path("reference").asString("").isEmpty())
                .map(one -> one.path("identifier"))
                .filter(one -> one.path("system").asString("").equals(ODS))
                .map(one -> one.path("value").asString(""))
                .filter(code -> !code.isEmpty())
                .toList();
    }

    /// The Patient, registered with a practice.
    static ObjectNode registered(ObjectNode patient, Practice practice, LocalDate from) {
        var out = left(patient);
        var reference = "Organization/" + practice.id();
        if (managedByPractice(patient)) {
            out.putObject("managingOrganization").put("reference", reference);
        }
        var one = out.putArray("generalPractitioner").addObject();
        one.put("reference", reference).put("type", "Organization");
        var identifier =
                one.putObject("identifier").put("system", ODS).put("value", practice.ods());
        identifier.putObject("period").put("start", from.toString());
        one.put("display", practice.name());
        return out;
    }

    /// The Patient after a change of practice that came by another road, with the practices as organisations that are held here.
    static ObjectNode placed(ObjectNode before, ObjectNode after, List<Practice> practices) {
        var out = after.deepCopy();
        var held = practices.stream().filter(one -> !one.id().isEmpty()).toList();
        if (managedByPractice(before)) {
            out.remove("managingOrganization");
            held.stream()
                    .findFirst()
                    .ifPresent(one ->
                            out.putObject("managingOrganization")
                                    .put("reference", "Organization/" + one.id()));
        }
        for (var practice : held) {
            for (var one : out.path("generalPractitioner")) {
                if (one instanceof ObjectNode item
                        && item.at("/identifier/value").asString("").equals(practice.ods())) {
                    item.put("reference", "Organization/" + practice.id());
                    item.put("display", practice.name());
                }
            }
        }
        return out;
    }

    /// From when somebody is registered, as the Patient says.
    static Optional<LocalDate> begins(JsonNode patient) {
        return day(patient.at("/generalPractitioner/0/identifier/period/start"));
    }

    /// The Patient, registered with none.
    static ObjectNode removed(ObjectNode patient, Removal why, LocalDate on) {
        var out = left(patient);
        var extension = out.withArray("extension").addObject().put("url", REMOVED);
        var parts = extension.putArray("extension");
        parts.addObject()
                .put("url", "removalFromRegistrationCode")
                .putObject("valueCodeableConcept")
                .putArray("coding")
                .addObject()
                .put("system", "https://fhir.nhs.uk/CodeSystem/PDS-RemovalReasonExitCode")
                .put("code", why.name())
                .put("display", why.words());
        parts.addObject()
                .put("url", "effectiveTime")
                .putObject("valuePeriod")
                .put("start", on + "T00:00:00+00:00");
        return out;
    }

    /// Without practice, and without why there was none before. An organisation that manages the record and is not the practice
    /// goes on managing it.
    private static ObjectNode left(ObjectNode patient) {
        var out = patient.deepCopy();
        if (managedByPractice(patient)) {
            out.remove("managingOrganization");
        }
        out.remove("generalPractitioner");
        var kept =
                patient.path("extension")
                        .valueStream()
                        .filter(one -> !one.path("url").asString("").equals(REMOVED))
                        .toList();
        out.remove("extension");
        if (!kept.isEmpty()) {
            out.putArray("extension").addAll(kept);
        }
        return out;
    }

    private static boolean managedByPractice(JsonNode patient) {
        var managing = patient.path("managingOrganization").path("reference").asString("");
        return practices(patient).stream().map("Organization/"::concat).anyMatch(managing::equals);
    }

    // --- the time at a practice ------------------------------------------------------------------

    /// A time of registration. It names the practice by its code: who may see the record follows from the Patient alone, so that a
    /// practice does not go on seeing whom it no longer has.
    static ObjectNode episode(
            String id, String patient, Practice practice, Optional<LocalDate> from) {
        var out = JsonNodeFactory.instance.objectNode();
        out.put("resourceType", "EpisodeOfCare").put("id", id).put("status", "active");
        out.putArray("type").addObject().put("text", KIND);
        out.putObject("patient").put("reference", "Patient/" + patient);
        var where = out.putObject("managingOrganization").put("type", "Organization");
        where.putObject("identifier").put("system", ODS).put("value", practice.ods());
        where.put("display", practice.name());
        var period = out.putObject("period");
        from.ifPresent(day -> period.put("start", day.toString()));
        return out;
    }

    static ObjectNode ended(ObjectNode episode, LocalDate on) {
        var out = episode.deepCopy().put("status", "finished");
        out.withObject("/period").put("end", on.toString());
        return out;
    }

    static boolean registration(JsonNode episode) {
        return episode.at("/type/0/text").asString("").equals(KIND);
    }

    static boolean lasts(JsonNode episode) {
        return registration(episode) && episode.path("status").asString("").equals("active");
    }

    /// The latest day on which a time of registration began or ended.
    static Optional<LocalDate> latest(List<ObjectNode> episodes) {
        return episodes.stream()
                .filter(RegistrationRules::registration)
                .flatMap(one ->
                        Stream.of(one.at("/period/start"), one.at("/period/end"))
                                .flatMap(text -> day(text).stream()))
                .max(Comparator.naturalOrder());
    }

    private static Optional<LocalDate> day(JsonNode text) {
        return When.of(text.asString("")).map(When::firstDay);
    }

    /// Times of registration, the latest first.
    static List<Registration> history(List<ObjectNode> episodes) {
        return episodes.stream()
                .filter(RegistrationRules::registration)
                .map(one ->
                        new Registration(
                                one.at("/managingOrganization/display").asString(""),
                                one.at("/managingOrganization/identifier/value").asString(""),
                                day(one.at("/period/start")),
                                day(one.at("/period/end"))))
                .sorted(
                        Comparator.comparing((Registration one) -> one.to().orElse(LocalDate.MAX))
                                .reversed())
                .toList();
    }
}
