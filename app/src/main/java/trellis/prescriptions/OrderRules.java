package trellis.prescriptions;

import static trellis.prescriptions.MessageRules.extension;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.access.Exchange;
import trellis.people.NhsNumber;
import trellis.prescriptions.Prescription.Prescriber;
import trellis.prescriptions.Prescription.Treatment;

/// What a prescription has to be like before it may be signed or taken in. Sources: the tables of verification errors of the
/// service, and the law on how long a prescription is good for.
final class OrderRules {
    private static final ZoneId LONDON = ZoneId.of("Europe/London");
    private static final int MOST_ITEMS = 4;
    private static final int MOST_REPEATS = 99;
    private static final int DEFAULT_DAYS = 28;

    /// Months in which it has to be dispensed: the first time, and at all when it is repeated.
    private static final int MONTHS = 6;

    private static final int MONTHS_REPEATED = 12;

    /// Days in which a controlled drug of schedule 2, 3 or 4 has to be dispensed.
    private static final int CONTROLLED_DAYS = 28;

    private static final Set<String> CONTROLLED = Set.of("CD1", "CD2", "CD3", "CD4");

    /// Schedules whose quantity is written in words too, and that are never dispensed repeatedly.
    private static final Set<String> STRICT = Set.of("CD1", "CD2", "CD3");

    private static final Set<String> INTENTS = Set.of("order", "original-order", "instance-order");
    private static final List<String> PROFESSIONS =
            List.of("gmc-number", "nmc-number", "gphc-number", "hcpc-number", "professional-code");
    private static final String SITE =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PerformerSiteType";
    private static final String CONTROLLED_DRUG =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug";

    private OrderRules() {}

    /// A prescription as it was sent.
    ///
    /// @param patient resource in the message
    /// @param items MedicationRequests, in their order
    /// @param issues how many times it may be dispensed
    /// @param starts when the first may be dispensed
    /// @param ends the moment after the first may no more be
    /// @param over the moment after none may
    record Order(
            PrescriptionId id,
            NhsNumber number,
            JsonNode patient,
            Prescriber by,
            Treatment treatment,
            Optional<String> nominated,
            List<JsonNode> items,
            int issues,
            int days,
            Instant starts,
            Instant ends,
            Instant over) {

        List<String> itemIds() {
            return items.stream().map(one -> MessageRules.item(one.path("identifier"))).toList();
        }
    }

    /// Reads a prescription.
    ///
    /// @throws EpsError.Refusal that says what is wrong, in the service's words where it has some
    static Order order(MessageRules.Message message, Instant now) {
        var items = message.all("MedicationRequest");
        if (items.isEmpty() || items.size() > MOST_ITEMS) {
            throw EpsError.INVALID_NUMBER_MEDICATIONREQUESTS.refusal(
                    "A prescription has one to four items, this has " + items.size());
        }
        items.forEach(item -> shape(message, item));
        for (var field :
                List.of(
                        "groupIdentifier",
                        "category",
                        "authoredOn",
                        "courseOfTherapyType",
                        "status",
                        "subject",
                        "requester",
                        "dispenseRequest.performer",
                        "dispenseRequest.validityPeriod",
                        "dispenseRequest.numberOfRepeatsAllowed",
                        "dispenseRequest.expectedSupplyDuration")) {
            MessageRules.same(items, "MedicationRequest", field);
        }
        var first = items.getFirst();
        differ(items);
        var treatment = treatment(first);
        var patient = message.at(first.path("subject"));
        if (!MessageRules.type(patient).equals("Patient")) {
            throw EpsError.VALUE.refusal(
                    "MedicationRequest.subject must refer to a Patient in the Bundle.");
        }
        var repeats = repeats(first, treatment);
        var period = period(first, treatment, items, now);
        return new Order(
                MessageRules.prescription(
                        MessageRules.identifier(
                                first.path("groupIdentifier"), PrescriptionId.SYSTEM)),
                MessageRules.number(
                        MessageRules.identifier(patient.path("identifier"), NhsNumber.SYSTEM)),
                patient,
                prescriber(message, first),
                treatment,
                nominated(items),
                items,
                repeats + 1,
                days(first),
                period.starts(),
                period.ends(),
                period.over());
    }

    // --- items -----------------------------------------------------------------------------------

    private static void shape(MessageRules.Message message, JsonNode item) {
        if (!item.path("status").asString("").equals("active")
                || item.has("statusReason")
                || !extension(item, EpsView.DISPENSING).isMissingNode()) {
            throw EpsError.VALUE.refusal(
                    "MedicationRequest.status must be active: what becomes of an item afterwards is the"
                            + " service's to say.");
        }
        if (!INTENTS.contains(item.path("intent").asString(""))) {
            throw EpsError.VALUE.refusal(
                    "MedicationRequest.intent must be order, original-order or instance-order.");
        }
        if (item.has("medicationReference") && item.has("medicationCodeableConcept")) {
            throw EpsError.STRUCTURE.refusal(
                    "MedicationRequest cannot contain both medicationReference and"
                            + " medicationCodeableConcept fields.");
        }
        var medicine = message.medicine(item);
        if (medicine.path("coding").path(0).path("code").asString("").isEmpty()
                || medicine.path("coding").path(0).path("display").asString("").isEmpty()) {
            throw EpsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "Each MedicationRequest names its medicine by a dm+d code and its words");
        }
        if (item.path("dispenseRequest").path("quantity").path("value").isMissingNode()) {
            throw EpsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "MedicationRequest.dispenseRequest.quantity is missing");
        }
        dosage(item);
        controlled(item);
    }

    private static void dosage(JsonNode item) {
        var lines = item.path("dosageInstruction");
        if (lines.isEmpty()
                || lines.valueStream().anyMatch(line -> line.path("text").asString("").isBlank())) {
            throw EpsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "Each MedicationRequest says in words how the medicine is taken");
        }
        if (lines.size() > 1
                && lines.valueStream().anyMatch(line -> !line.path("sequence").canConvertToInt())) {
            throw EpsError.MISSING_VALUE.refusal(
                    "MedicationRequest.dosageInstruction has several lines: each needs a sequence");
        }
    }

    private static void controlled(JsonNode item) {
        var schedule = schedule(item);
        if (STRICT.contains(schedule)
                && extension(extension(item, CONTROLLED_DRUG), "quantityWords")
                        .path("valueString")
                        .asString("")
                        .isBlank()) {
            throw EpsError.VALUE.refusal(
                    "The quantity of a controlled drug of schedule 2 or 3 must also be given in words.");
        }
    }

    private static String schedule(JsonNode item) {
        return extension(extension(item, CONTROLLED_DRUG), "schedule")
                .path("valueCoding")
                .path("code")
                .asString("");
    }

    private static void differ(List<JsonNode> items) {
        var seen = new HashSet<String>();
        for (var item : items) {
            var id = MessageRules.item(item.path("identifier"));
            if (!Exchange.uuid(id)) {
                throw EpsError.VALUE.refusal(
                        "MedicationRequest.identifier must be a UUID in the system "
                                + MessageRules.ITEM
                                + ".");
            }
            if (!seen.add(id)) {
                throw EpsError.VALUE.refusal(
                        "Expected all MedicationRequests to have a different value for identifier.");
            }
        }
    }

    private static Treatment treatment(JsonNode item) {
        var code = item.path("courseOfTherapyType").path("coding").path(0).path("code");
        return Treatment.ofCourse(code.asString(""))
                .orElseThrow(() ->
                        EpsError.VALUE.refusal(
                                "MedicationRequest.courseOfTherapyType must be acute, continuous or"
                                        + " continuous-repeat-dispensing."));
    }

    private static int repeats(JsonNode item, Treatment treatment) {
        var repeats = item.path("dispenseRequest").path("numberOfRepeatsAllowed");
        if (treatment != Treatment.REPEAT_DISPENSING) {
            if (!repeats.isMissingNode() && repeats.asInt(-1) != 0) {
                throw EpsError.INVALID_REPEAT_COUNT.refusal(
                        "Only repeat dispensing has a number of repeats");
            }
            return 0;
        }
        if (!repeats.canConvertToInt() || repeats.asInt() < 1 || repeats.asInt() > MOST_REPEATS) {
            throw EpsError.INVALID_REPEAT_COUNT.refusal(
                    "dispenseRequest.numberOfRepeatsAllowed is 1 to 99");
        }
        return repeats.asInt();
    }

    private static int days(JsonNode item) {
        var days = item.path("dispenseRequest").path("expectedSupplyDuration").path("value");
        if (days.isMissingNode()) {
            return DEFAULT_DAYS;
        }
        if (!days.canConvertToInt() || days.asInt() < 1 || days.asInt() > 366) {
            throw EpsError.VALUE.refusal(
                    "dispenseRequest.expectedSupplyDuration must be 1 to 366 whole days.");
        }
        return days.asInt();
    }

    private static Optional<String> nominated(List<JsonNode> items) {
        var performer = items.getFirst().path("dispenseRequest").path("performer");
        var ods = MessageRules.ods(performer.path("identifier"));
        for (var item : items) {
            var site =
                    extension(item.path("dispenseRequest"), SITE)
                            .path("valueCoding")
                            .path("code")
                            .asString("");
            if (!List.of("P1", "P2", "P3", "0004").contains(site)) {
                throw EpsError.VALUE.refusal(
                        "dispenseRequest must have a performer site type of P1, P2, P3 or 0004.");
            }
            if (site.equals("0004") != ods.isEmpty()) {
                throw EpsError.VALUE.refusal(
                        "dispenseRequest.performer is given when, and only when, the performer site"
                                + " type is P1, P2 or P3.");
            }
        }
        return Optional.of(ods).filter(code -> !code.isEmpty());
    }

    // --- time ------------------------------------------------------------------------------------

    private record Period(Instant starts, Instant ends, Instant over) {}

    /// Days are those of London: a prescription is good until the end of its last day there, also when the clocks change.
    private static Period period(
            JsonNode item, Treatment treatment, List<JsonNode> items, Instant now) {
        var authored = moment(item.path("authoredOn"), "authoredOn").orElse(now);
        if (authored.isAfter(now.plusSeconds(300))) {
            throw EpsError.VALUE.refusal("MedicationRequest.authoredOn is in the future.");
        }
        var validity = item.path("dispenseRequest").path("validityPeriod");
        var from = day(validity.path("start"), "validityPeriod.start").orElse(date(authored));
        if (from.isAfter(date(now).plusMonths(MONTHS_REPEATED))) {
            throw EpsError.VALUE.refusal("The prescription begins more than a year from now.");
        }
        var repeated = treatment == Treatment.REPEAT_DISPENSING;
        var schedules = items.stream().map(OrderRules::schedule).toList();
        if (repeated && schedules.stream().anyMatch(STRICT::contains)) {
            throw EpsError.VALUE.refusal(
                    "Controlled drugs of schedule 2 and 3 must not be dispensed repeatedly.");
        }
        var lawFirst =
                schedules.stream().anyMatch(CONTROLLED::contains)
                        ? from.plusDays(CONTROLLED_DAYS)
                        : from.plusMonths(MONTHS);
        var law = repeated ? from.plusMonths(MONTHS_REPEATED) : lawFirst;
        var last = last(validity.path("end")).map(end -> end.plusDays(1));
        if (last.filter(law::isBefore).isPresent()) {
            throw EpsError.VALUE.refusal(
                    "dispenseRequest.validityPeriod must end by "
                            + law.minusDays(1)
                            + (law.equals(lawFirst)
                                            && schedules.stream().anyMatch(CONTROLLED::contains)
                                    ? ": a controlled drug of schedule 2, 3 or 4 is dispensed within 28"
                                            + " days."
                                    : "."));
        }
        var over = last.orElse(law);
        var ends = over.isBefore(lawFirst) ? over : lawFirst;
        if (!midnight(ends).isAfter(now) || !from.isBefore(over)) {
            throw EpsError.VALUE.refusal(
                    "dispenseRequest.validityPeriod must end after it starts, and not in the past.");
        }
        return new Period(midnight(from), midnight(ends), midnight(over));
    }

    private static Instant midnight(LocalDate day) {
        return day.atStartOfDay(LONDON).toInstant();
    }

    private static LocalDate date(Instant moment) {
        return LocalDate.ofInstant(moment, LONDON);
    }

    private static Optional<Instant> moment(JsonNode value, String field) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(value.asString("")).toInstant());
        } catch (DateTimeException _) {
            return day(value, field).map(OrderRules::midnight);
        }
    }

    /// The last day. The published schema writes it as 23:59:59 on that day, with `Z` in summer too: so written it is the day as
    /// it stands, not the one that has begun in London by then.
    private static Optional<LocalDate> last(JsonNode value) {
        var text = value.asString("");
        return text.startsWith("T23:59:59", 10)
                ? day(value, "validityPeriod.end").map(_ -> LocalDate.parse(text.substring(0, 10)))
                : day(value, "validityPeriod.end");
    }

    /// The day of a date; of a date and time, the day that it is in London then.
    private static Optional<LocalDate> day(JsonNode value, String field) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        var text = value.asString("");
        try {
            return Optional.of(
                    text.length() > 10
                            ? date(OffsetDateTime.parse(text).toInstant())
                            : LocalDate.parse(text));
        } catch (DateTimeException e) {
            throw EpsError.INVALID_DATE_FORMAT.refusal(
                    "MedicationRequest." + field + " is no date such as 2026-03-09");
        }
    }

    // --- who -------------------------------------------------------------------------------------

    private static Prescriber prescriber(MessageRules.Message message, JsonNode item) {
        var role = message.at(item.path("requester"));
        if (!MessageRules.type(role).equals("PractitionerRole")) {
            throw EpsError.VALUE.refusal(
                    "MedicationRequest.requester must refer to a PractitionerRole in the Bundle.");
        }
        var practitioner = message.at(role.path("practitioner"));
        if (!MessageRules.type(practitioner).equals("Practitioner")) {
            throw EpsError.INVALID.refusal(
                    "practitionerRole.practitioner populated incorrectly. Please populate with"
                            + " Reference to resource within Bundle.");
        }
        var category = item.at("/category/0/coding/0/code").asString("");
        if (category.equals("community") && role.has("healthcareService")) {
            throw EpsError.INVALID.refusal(
                    "Unexpected field of practitionerRole.healthcareService.");
        }
        var organization = message.at(role.path("organization"));
        if (!MessageRules.type(organization).equals("Organization")) {
            throw EpsError.INVALID.refusal(
                    "practitionerRole.organization populated incorrectly. Please populate with"
                            + " Reference to resource within Bundle.");
        }
        if (category.equals("community") && !organization.has("partOf")) {
            throw EpsError.INVALID.refusal("Required field organization.partOf is missing.");
        }
        profession(practitioner);
        var user = MessageRules.identifier(practitioner.path("identifier"), MessageRules.USER);
        var ods = MessageRules.ods(organization.path("identifier"));
        if (user.isEmpty() || ods.isEmpty()) {
            throw EpsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "The prescriber needs an SDS user id, and their organisation an ODS code");
        }
        return new Prescriber(user, name(practitioner), ods, "");
    }

    private static void profession(JsonNode practitioner) {
        var codes =
                practitioner
                        .path("identifier")
                        .valueStream()
                        .map(one -> one.path("system").asString("").toLowerCase(Locale.ROOT))
                        .filter(system ->
                                system.endsWith("/gmp-number")
                                        || PROFESSIONS.stream()
                                                .anyMatch(one -> system.endsWith("/" + one)))
                        .toList();
        if (codes.size() != 1 || codes.getFirst().endsWith("/gmp-number")) {
            throw EpsError.VALUE.refusal(
                    "Bundle resource Practitioner.identifier expected exactly one professional code"
                            + " from GMC/NMC/GPhC/HCPC/professional-code.");
        }
    }

    private static String name(JsonNode practitioner) {
        var name = practitioner.path("name").path(0);
        var words = new StringBuilder();
        name.path("prefix")
                .valueStream()
                .forEach(one -> words.append(one.asString("")).append(' '));
        name.path("given").valueStream().forEach(one -> words.append(one.asString("")).append(' '));
        return words.append(name.path("family").asString("")).toString().strip();
    }
}
