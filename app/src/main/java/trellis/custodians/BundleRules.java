package trellis.custodians;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.people.NhsNumber;

/// What programs are answered, as FHIR says it. Pure functions.
final class BundleRules {
    /// Of one page; whoever asks takes 2 MB.
    private static final long MOST_BYTES = 1_500_000;

    private BundleRules() {}

    /// Documents as one node tells them another: a page of them, as many as fit into an answer that is taken.
    ///
    /// @param from how many were told of before
    /// @param total how many there are in all
    static ObjectNode told(List<ObjectNode> documents, int from, int total) {
        var bundle = searchset(total);
        var entries = bundle.putArray("entry");
        var bytes = 0L;
        for (var one : documents.subList(Math.min(from, documents.size()), documents.size())) {
            bytes += Json.write(one).length;
            if (bytes > MOST_BYTES && !entries.isEmpty()) {
                break;
            }
            entries.addObject().set("resource", one);
        }
        return bundle;
    }

    /// Documents from every source, then an outcome for each source that is not reached or refuses.
    ///
    /// @param base address of the service here
    /// @param patient id of the record here; empty when there is none
    /// @param addresses of sources, by key
    static ObjectNode everything(
            Custodians.Found found,
            String base,
            Optional<String> patient,
            Optional<NhsNumber> number,
            Map<String, String> addresses) {
        var bundle = searchset(found.rows().size());
        var entries = bundle.putArray("entry");
        for (var row : found.rows()) {
            var entry = entries.addObject();
            var address = addresses.getOrDefault(row.source(), "");
            if (!address.isEmpty()) {
                entry.put("fullUrl", address + "/fhir/DocumentReference/" + row.id());
            }
            entry.set("resource", resource(row, base, patient, number, address));
            entry.putObject("search").put("mode", "match");
        }
        for (var source : found.sources()) {
            outcome(source)
                    .ifPresent(outcome -> {
                        var entry = entries.addObject();
                        entry.set("resource", outcome);
                        entry.putObject("search").put("mode", "outcome");
                    });
        }
        return bundle;
    }

    private static ObjectNode searchset(int total) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Bundle")
                .put("type", "searchset")
                .put("total", total);
    }

    private static ObjectNode resource(
            Held row,
            String base,
            Optional<String> patient,
            Optional<NhsNumber> number,
            String address) {
        var json = row.json().deepCopy();
        if (!address.isEmpty()) {
            json.withObject("/meta").put("source", address);
        }
        var subject = json.putObject("subject");
        patient.ifPresent(id -> subject.put("reference", "Patient/" + id));
        number.ifPresent(one ->
                subject.putObject("identifier")
                        .put("system", NhsNumber.SYSTEM)
                        .put("value", one.digits()));
        for (var part : row.parts()) {
            if (patient.isPresent()
                    && json.path("content").path(part.number()).path("attachment")
                            instanceof ObjectNode attachment) {
                attachment.put(
                        "url",
                        base
                                + "/Patient/"
                                + patient.get()
                                + "/"
                                + row.source()
                                + "/"
                                + row.id()
                                + "/"
                                + part.number());
            }
        }
        return json;
    }

    private static Optional<ObjectNode> outcome(Source source) {
        return switch (source) {
            case Source.Shown shown when shown.whole() -> Optional.empty();
            case Source.Shown shown ->
                    Optional.of(
                            outcome(
                                    "incomplete",
                                    shown.organisation(),
                                    shown.organisation()
                                            + " has "
                                            + shown.total()
                                            + " documents, of which "
                                            + shown.held().size()
                                            + " were told of in time. The others are not in this"
                                            + " answer."));
            case Source.NotReached away ->
                    Optional.of(
                            outcome(
                                    "incomplete",
                                    away.organisation(),
                                    away.organisation()
                                            + " is not reached since "
                                            + away.since()
                                            + ": "
                                            + away.why().words()
                                            + ". It may have documents that are not in this answer."));
            case Source.Refused refused ->
                    Optional.of(
                            outcome(
                                    "suppressed",
                                    refused.organisation(),
                                    refused.organisation() + " refuses: " + refused.why()));
        };
    }

    private static ObjectNode outcome(String code, String organisation, String words) {
        var outcome = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        var issue =
                outcome.putArray("issue").addObject().put("severity", "warning").put("code", code);
        issue.putObject("details").put("text", organisation);
        issue.put("diagnostics", words);
        return outcome;
    }
}
