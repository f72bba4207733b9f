package trellis.prescriptions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import trellis.page.PublicFormat;
import trellis.page.StaffFormat;

/// How prescriptions are said on pages.
final class PageRules {
    /// Why an item is cancelled (`medicationrequest-status-reason`).
    static final Map<String, String> CANCEL_REASONS =
            ordered(
                    "0001", "Prescribing error",
                    "0002", "Clinical contra-indication",
                    "0003", "Change to medication treatment regime",
                    "0004", "Clinical grounds",
                    "0005", "At the patient's request",
                    "0006", "At the pharmacist's request",
                    "0007", "Notification of death",
                    "0008", "Patient deducted: other reason",
                    "0009", "Patient deducted: registered with new practice");

    /// Why a pharmacy gives a prescription back (`EPS-task-dispense-return-status-reason`).
    static final Map<String, String> RETURN_REASONS =
            ordered(
                    "0003", "Patient requested release",
                    "0004", "Another dispenser requested release on behalf of the patient",
                    "0001", "Patient non-attendance",
                    "0002", "Unable to dispense medication on prescription",
                    "0005", "Invalid digital signature",
                    "0006", "Rejected due to version problem",
                    "0007", "Prescription otherwise invalid or unreadable",
                    "0008", "Prescription expired");

    /// Why a pharmacy takes a notification back (`EPS-task-dispense-withdraw-reason`).
    static final Map<String, String> WITHDRAW_REASONS =
            ordered(
                    "QU", "Quantity update",
                    "MU", "Medication update",
                    "DA", "Dosage amendments",
                    "PA", "Patient details amendments",
                    "OC", "Other clinical",
                    "ONC", "Other non-clinical");

    /// What becomes of an item that a pharmacy has.
    static final Map<String, String> CHOICES =
            ordered(
                    "0001", "Handed over in full",
                    "0003", "Handed over in part",
                    "0004", "Owed",
                    "0002", "Not dispensed",
                    "", "Nothing yet");

    private static final ZoneId LONDON = ZoneId.of("Europe/London");

    private PageRules() {}

    private static Map<String, String> ordered(String... pairs) {
        var all = new LinkedHashMap<String, String>();
        for (var i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return Collections.unmodifiableMap(all);
    }

    /// A state in words for staff.
    static String words(State state) {
        return switch (state) {
            case State.Awaiting _ -> "Waits for its day";
            case State.ToBeDispensed _ -> "To be dispensed";
            case State.WithDispenser _ -> "With dispenser";
            case State.Active _ -> "Partly dispensed";
            case State.Dispensed _ -> "Dispensed";
            case State.NotDispensed _ -> "Not dispensed";
            case State.Claimed _ -> "Claimed";
            case State.NotClaimed _ -> "Not claimed in time";
            case State.Expired _ -> "Expired";
            case State.Cancelled _ -> "Cancelled";
            case State.FutureRepeat _ -> "Later issue";
            case State.FuturePrescription _ -> "Dated later";
            case State.FutureCancelled _ -> "Cancelled";
        };
    }

    /// Class of the tag that says it.
    static String look(State state) {
        return switch (state) {
            case State.ToBeDispensed _, State.Awaiting _ -> "nhsuk-tag--blue";
            case State.WithDispenser _, State.Active _ -> "nhsuk-tag--yellow";
            case State.Dispensed _, State.Claimed _ -> "nhsuk-tag--green";
            case State.Cancelled _, State.FutureCancelled _, State.NotDispensed _ ->
                    "nhsuk-tag--red";
            case State.Expired _,
                    State.NotClaimed _,
                    State.FutureRepeat _,
                    State.FuturePrescription _ ->
                    "nhsuk-tag--grey";
        };
    }

    private static String look(LineStatus status) {
        return switch (status) {
            case DISPENSED -> "nhsuk-tag--green";
            case PARTIAL, OWING, WITH_DISPENSER -> "nhsuk-tag--yellow";
            case TO_BE_DISPENSED -> "nhsuk-tag--blue";
            case NOT_DISPENSED, CANCELLED -> "nhsuk-tag--red";
            case EXPIRED -> "nhsuk-tag--grey";
        };
    }

    private static String words(LineStatus status) {
        return switch (status) {
            case DISPENSED -> "Handed over";
            case NOT_DISPENSED -> "Not dispensed";
            case PARTIAL -> "Handed over in part";
            case OWING -> "Owed";
            case CANCELLED -> "Cancelled";
            case EXPIRED -> "Expired";
            case TO_BE_DISPENSED -> "To be dispensed";
            case WITH_DISPENSER -> "With dispenser";
        };
    }

    /// The items of an issue.
    ///
    /// @param check empty where nothing is handed over
    /// @param quantities what has been handed over, by the item's identifier
    static List<PrescriptionView.Item> items(
            Issue issue,
            MessageRules.Message signed,
            Optional<CheckRules.Check> check,
            Map<String, Quantities> quantities) {
        var requests = requests(signed);
        var items = new ArrayList<PrescriptionView.Item>();
        for (var line : issue.lines()) {
            var request = requests.get(line.id());
            var medicine = request == null ? "" : medicine(signed, request);
            var given = quantities.get(line.id());
            items.add(
                    new PrescriptionView.Item(
                            line.id(),
                            medicine,
                            request == null ? "" : quantity(request),
                            request == null ? "" : dose(request),
                            words(line.status()),
                            look(line.status()),
                            !line.status().over() && !issue.state().over(),
                            line.pending() ? "The prescriber wants this item cancelled" : "",
                            given == null ? "" : given.words(),
                            check.map(one -> CheckRules.against(medicine, one)).orElse(List.of()),
                            check.map(one -> CheckRules.taken(medicine, one)).orElse(List.of())));
        }
        return items;
    }

    private static Map<String, JsonNode> requests(MessageRules.Message signed) {
        var all = new LinkedHashMap<String, JsonNode>();
        for (var request : signed.all("MedicationRequest")) {
            all.put(MessageRules.item(request.path("identifier")), request);
        }
        return all;
    }

    /// The names of the medicines of a prescription.
    static List<String> medicines(MessageRules.Message signed) {
        return requests(signed).values().stream().map(one -> medicine(signed, one)).toList();
    }

    private static String medicine(MessageRules.Message signed, JsonNode request) {
        var words = MessageRules.words(signed.medicine(request));
        return words.isEmpty() ? "Not recorded" : words;
    }

    private static String quantity(JsonNode request) {
        var quantity = request.at("/dispenseRequest/quantity");
        return (quantity.path("value").asString("") + " " + quantity.path("unit").asString(""))
                .strip();
    }

    private static String dose(JsonNode request) {
        var all = new ArrayList<String>();
        request.path("dosageInstruction")
                .valueStream()
                .forEach(one -> all.add(one.path("text").asString("")));
        return String.join(", then ", all);
    }

    /// What is said of a prescription as a whole.
    ///
    /// @param named an organisation as people know it, by its ODS code
    static Map<String, String> facts(
            Prescription prescription, Issue issue, UnaryOperator<String> named) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Number", prescription.id().text());
        facts.put(
                "Kind",
                switch (prescription.treatment()) {
                    case ACUTE -> "Acute";
                    case REPEAT -> "Repeat";
                    case REPEAT_DISPENSING ->
                            "Repeat dispensing, issue "
                                    + issue.number()
                                    + " of "
                                    + prescription.issues().size();
                });
        facts.put(
                "Prescribed by",
                prescription.by().name() + ", " + named.apply(prescription.by().odsCode()));
        if (!prescription.by().signer().isEmpty()) {
            facts.put("Signed by", prescription.by().signer());
        }
        facts.put("Sent", StaffFormat.dateTime(prescription.sent()));
        facts.put(
                "Dispenser",
                issue.state()
                        .holder()
                        .map(named)
                        .or(() ->
                                prescription
                                        .nominated()
                                        .map(code -> named.apply(code) + ", nominated"))
                        .orElse("Whoever is shown the number"));
        issue.due().ifPresent(due -> facts.put("May be dispensed from", day(due)));
        // It ends at midnight: the day before is its last.
        facts.put("Good until", day(issue.expires().minusSeconds(1)));
        return facts;
    }

    private static String who(PrescriptionSql.Happened event) {
        if (event.ods().isEmpty()) {
            return event.name().isEmpty() ? "By itself" : event.name();
        }
        return (event.name() + " (" + event.ods() + ")").strip();
    }

    private static String day(Instant moment) {
        return StaffFormat.date(LocalDate.ofInstant(moment, LONDON));
    }

    static List<PrescriptionView.Step> steps(List<PrescriptionSql.Happened> history, Issue issue) {
        return history.stream()
                .filter(event -> event.issue() == issue.number())
                .map(event ->
                        new PrescriptionView.Step(
                                StaffFormat.dateTime(event.at()), what(event.what()), who(event)))
                .toList()
                .reversed();
    }

    private static String what(String what) {
        return switch (what) {
            case "order" -> "Signed and sent";
            case "release" -> "Downloaded";
            case "return" -> "Returned";
            case "notify" -> "Dispensing notified";
            case "withdraw" -> "Dispensing withdrawn";
            case "claim" -> "Claimed";
            case "due" -> "Its day has come";
            case "expire" -> "Expired";
            case "lapse" -> "Not claimed in time";
            default -> what.startsWith("cancel") ? "Cancellation: " + answer(what) : what;
        };
    }

    private static String answer(String what) {
        return Arrays.stream(CancelResponse.values())
                .filter(one -> what.endsWith(one.code()))
                .map(CancelResponse::words)
                .findFirst()
                .orElse("");
    }

    /// A person's own prescription, in their words.
    ///
    /// @param said what the pharmacy has said of its items
    /// @param named an organisation as people know it, by its ODS code
    static PrescriptionView.Own own(
            Prescription prescription,
            Issue issue,
            MessageRules.Message signed,
            List<UpdateRules.Update> said,
            UnaryOperator<String> named) {
        var had = Had.of(issue);
        var next =
                switch (issue.state()) {
                    case State.Awaiting _ ->
                            "You can get the next supply from "
                                    + issue.due().map(PublicFormat::date).orElse("later")
                                    + ".";
                    case State.ToBeDispensed _ ->
                            prescription.nominated().isPresent()
                                    ? "Your pharmacy can get it now. Ask them when you can collect it."
                                    : "Take the prescription number to any pharmacy: "
                                            + prescription.id().text();
                    case State.WithDispenser _ -> "A pharmacy has it and is getting it ready.";
                    case State.Active _ ->
                            had == Had.NONE
                                    ? "You have none of it yet. The pharmacy owes it to you."
                                    : "You have some of it. The pharmacy owes you the rest.";
                    case State.Dispensed _, State.Claimed _, State.NotClaimed _ ->
                            had == Had.ALL
                                    ? "You have had these medicines."
                                    : "You have had some of it, not all. " + rest(issue);
                    case State.NotDispensed _ ->
                            "The pharmacy did not give you these medicines. Ask them or your GP surgery why.";
                    case State.Expired _ ->
                            "It is too old to be used. Ask your GP surgery if you still need it.";
                    case State.Cancelled _, State.FutureCancelled _ ->
                            "Your GP surgery cancelled it. Ask them if you do not know why.";
                    case State.FutureRepeat _ -> "It comes after the supply before it.";
                    case State.FuturePrescription _ ->
                            "You can get it from "
                                    + issue.due().map(PublicFormat::date).orElse("later")
                                    + ".";
                };
        return new PrescriptionView.Own(
                PublicFormat.date(prescription.sent()),
                ownState(issue.state(), had, prescription.nominated().isPresent()),
                next,
                issue.state().holder().or(prescription::nominated).map(named),
                said.stream()
                        .map(UpdateRules.Update::status)
                        .distinct()
                        .map(PageRules::said)
                        .toList(),
                ownItems(issue, signed));
    }

    /// How much of an issue somebody has had.
    private enum Had {
        NONE,
        SOME,
        ALL;

        static Had of(Issue issue) {
            var lines = issue.lines();
            if (lines.stream().allMatch(line -> line.status() == LineStatus.DISPENSED)) {
                return ALL;
            }
            return lines.stream().anyMatch(line -> line.status().handedOver()) ? SOME : NONE;
        }
    }

    /// What to do about the medicines of an issue that is over which somebody has not had.
    private static String rest(Issue issue) {
        var late =
                issue.lines().stream()
                        .map(Line::status)
                        .anyMatch(status ->
                                status == LineStatus.PARTIAL || status == LineStatus.EXPIRED);
        return late
                ? "It is too late to get the rest. Ask your GP surgery if you still need it."
                : "Ask the pharmacy or your GP surgery if you do not know why.";
    }

    /// The medicines, each with what became of it where that is not the same for all.
    private static List<PrescriptionView.OwnItem> ownItems(
            Issue issue, MessageRules.Message signed) {
        var requests = requests(signed);
        var alike = issue.lines().stream().map(Line::status).distinct().count() == 1;
        return issue.lines().stream()
                .map(line -> {
                    var request = requests.get(line.id());
                    return new PrescriptionView.OwnItem(
                            request == null ? "Not recorded" : medicine(signed, request),
                            alike ? "" : own(line.status(), issue.state().over()));
                })
                .toList();
    }

    /// What became of an item, in words for the person.
    ///
    /// @param over whether nothing more comes of the issue
    private static String own(LineStatus status, boolean over) {
        return switch (status) {
            case DISPENSED -> "you have had it";
            case PARTIAL ->
                    over
                            ? "you have had some of it"
                            : "you have some of it, the rest is owed to you";
            case OWING -> "the pharmacy owes it to you";
            case NOT_DISPENSED -> "the pharmacy did not give it to you";
            case CANCELLED -> "your GP surgery cancelled it";
            case EXPIRED -> "it is too late to get it";
            case TO_BE_DISPENSED -> "you can still get it";
            case WITH_DISPENSER -> "the pharmacy is getting it ready";
        };
    }

    /// A pharmacy's status, in words for the person.
    private static String said(String status) {
        return switch (status) {
            case "ready to collect" -> "Your pharmacy says: ready to collect.";
            case "ready to collect - partial" ->
                    "Your pharmacy says: some of it is ready to collect.";
            case "ready to dispatch" -> "Your pharmacy says: ready to be sent to you.";
            case "ready to dispatch - partial" ->
                    "Your pharmacy says: some of it is ready to be sent to you.";
            case "dispatched" -> "Your pharmacy says: it has been sent to you.";
            case "collected" -> "Your pharmacy says: it has been collected.";
            case "not dispensed" -> "Your pharmacy says: not dispensed.";
            case "with pharmacy - preparing remainder" ->
                    "Your pharmacy says: they are getting the rest ready.";
            default -> "Your pharmacy says: they have it.";
        };
    }

    private static String ownState(State state, Had had, boolean nominated) {
        return switch (state) {
            case State.Awaiting _, State.FutureRepeat _, State.FuturePrescription _ -> "Later";
            case State.ToBeDispensed _ ->
                    nominated ? "Sent to your pharmacy" : "Ready to take to a pharmacy";
            case State.WithDispenser _ -> "With the pharmacy";
            case State.Active _ -> had == Had.NONE ? "Owed to you" : "Part owed to you";
            case State.Dispensed _, State.Claimed _, State.NotClaimed _ ->
                    had == Had.ALL ? "Done" : "Part given";
            case State.NotDispensed _ -> "Not given";
            case State.Expired _ -> "Too old";
            case State.Cancelled _, State.FutureCancelled _ -> "Cancelled";
        };
    }
}
