package trellis.prescriptions;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.people.NhsNumber;

/// How status updates of pharmacies are read, entry by entry. Source: the published schema of the status update service and its
/// examples.
final class UpdateRules {
    static final String BUSINESS = "https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt";

    /// Statuses after which nothing more comes.
    private static final Set<String> LAST = Set.of("collected", "dispatched", "not dispensed");

    /// Statuses after which a Task may be said to be completed although more may come.
    private static final Set<String> ALL =
            Set.of(
                    "with pharmacy",
                    "with pharmacy - preparing remainder",
                    "ready to collect",
                    "ready to collect - partial",
                    "collected",
                    "dispatched",
                    "not dispensed",
                    "ready to dispatch",
                    "ready to dispatch - partial");

    /// How far ahead of ours a pharmacy's clock may be, as with a signature: what is said to hold from a moment of these is so now.
    static final Duration FAST = Duration.ofMinutes(5);

    private static final int MOST = 500;

    private UpdateRules() {}

    /// What a pharmacy says of one item.
    ///
    /// @param task id of the Task
    /// @param issue that it is of; 0 for the one that the pharmacy has
    /// @param status in its words
    /// @param terminal whether nothing more comes
    /// @param at since when, or, of what is ready, from when
    record Update(
            PrescriptionId prescription,
            String task,
            String item,
            int issue,
            NhsNumber number,
            String ods,
            String status,
            boolean terminal,
            Instant at) {
        /// Whether something of it can be collected, such as `Ready to Collect - Partial`.
        boolean readyToCollect() {
            return status.toLowerCase(Locale.ROOT).startsWith("ready to collect");
        }

        Update of(int which) {
            return new Update(prescription, task, item, which, number, ods, status, terminal, at);
        }
    }

    /// An entry of a request.
    ///
    /// @param url its address there
    /// @param update empty when something is wrong
    /// @param faults what is wrong, each in a sentence
    record Entry(String url, Optional<Update> update, List<String> faults) {}

    /// Reads a request; empty when it is none at all.
    static Optional<List<Entry>> entries(ObjectNode sent) {
        if (!sent.path("resourceType").asString("").equals("Bundle")
                || !sent.path("type").asString("").equals("transaction")
                || sent.path("entry").isEmpty()
                || sent.path("entry").size() > MOST) {
            return Optional.empty();
        }
        var seen = new HashSet<String>();
        return Optional.of(
                sent.path("entry")
                        .valueStream()
                        .map(entry ->
                                entry(
                                        entry.path("fullUrl").asString(""),
                                        entry.path("resource"),
                                        seen))
                        .toList());
    }

    /// The same entries, each with what else is wrong with it.
    static List<Entry> with(List<Entry> entries, List<Optional<String>> faults) {
        var all = new ArrayList<Entry>();
        for (var i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            all.add(new Entry(entry.url(), entry.update(), faults.get(i).stream().toList()));
        }
        return all;
    }

    private static Entry entry(String url, JsonNode task, Set<String> seen) {
        var faults = new ArrayList<String>();
        var missing = missing(task);
        if (!missing.isEmpty()) {
            faults.add("Missing required field(s) - " + String.join(", ", missing) + ".");
            return new Entry(url, Optional.empty(), faults);
        }
        var id = task.path("id").asString("");
        var prescription =
                PrescriptionId.of(
                        MessageRules.identifier(
                                task.path("basedOn").path(0).path("identifier"),
                                PrescriptionId.SYSTEM));
        var number =
                NhsNumber.of(MessageRules.identifier(task.at("/for/identifier"), NhsNumber.SYSTEM));
        var item = MessageRules.item(task.at("/focus/identifier"));
        var ods = MessageRules.ods(task.at("/owner/identifier"));
        var words = words(task);
        var at = moment(task.path("lastModified").asString(""));
        fault(faults, prescription.isEmpty(), "Prescription ID is invalid.");
        fault(faults, number.isEmpty(), "NHS number is invalid.");
        fault(faults, !Exchange.uuid(item), "Line item ID is not a UUID.");
        fault(faults, !Exchange.uuid(id), "Task ID is not a UUID.");
        fault(faults, !seen.add(id), "Duplicate value found in Task.id.");
        fault(faults, ods.isEmpty(), "ODS code is invalid.");
        fault(faults, words.isEmpty(), "Unsupported Task.businessStatus.coding.code.");
        fault(faults, at.isEmpty(), "Date provided is invalid.");
        var status = task.path("status").asString("");
        fault(
                faults,
                !Set.of("in-progress", "completed").contains(status),
                "Unsupported Task.status '" + status + "'.");
        fault(
                faults,
                LAST.contains(words) && !status.equals("completed"),
                "Completed state expected for " + words + ".");
        if (!faults.isEmpty()) {
            return new Entry(url, Optional.empty(), faults);
        }
        return new Entry(
                url,
                Optional.of(
                        new Update(
                                prescription.orElseThrow(),
                                id.toLowerCase(Locale.ROOT),
                                item,
                                repeat(task),
                                number.orElseThrow(),
                                ods,
                                words,
                                status.equals("completed"),
                                at.orElseThrow())),
                faults);
    }

    /// The number of the issue, of repeat dispensing; 0 when none is sent.
    private static int repeat(JsonNode task) {
        return task.path("input")
                .valueStream()
                .filter(one -> one.at("/type/text").asString("").equals("Repeat Number"))
                .map(one -> one.path("valueInteger").asInt(0))
                .findFirst()
                .orElse(0);
    }

    private static void fault(List<String> faults, boolean wrong, String words) {
        if (wrong) {
            faults.add(words);
        }
    }

    private static List<String> missing(JsonNode task) {
        var missing = new ArrayList<String>();
        for (var field :
                List.of(
                        "id",
                        "basedOn",
                        "status",
                        "businessStatus",
                        "focus",
                        "for",
                        "lastModified",
                        "owner")) {
            if (!task.has(field)) {
                missing.add(field);
            }
        }
        return missing;
    }

    /// The status in small letters; empty for one that nobody knows.
    private static String words(JsonNode task) {
        return task.at("/businessStatus/coding")
                .valueStream()
                .filter(one -> one.path("system").asString("").equals(BUSINESS))
                .map(one -> one.path("code").asString("").strip().toLowerCase(Locale.ROOT))
                .filter(ALL::contains)
                .findFirst()
                .orElse("");
    }

    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
