package trellis.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.page.StaffFormat;
import trellis.page.Words;

/// What a record holds of documents and reports: DocumentReference, Composition and DiagnosticReport,
/// newest first.
final class DocumentRules {

    static final String[] DATES = {
        "/date", "/context/period/start", "/effectiveDateTime", "/effectivePeriod/start", "/issued"
    };

    private DocumentRules() {}

    /// One document or report.
    ///
    /// @param type the resource type, for the link
    /// @param id of the resource
    /// @param title what it is
    /// @param kind document, report or composition, and how many results a report has
    /// @param date of the document
    /// @param source author and custodian
    /// @param status in words; empty when it is simply final
    /// @param mistaken entered in error
    record Row(
            String type,
            String id,
            String title,
            String kind,
            String date,
            String source,
            String status,
            boolean mistaken) {}

    static Row row(Fact fact, Sources sources) {
        return new Row(
                fact.type(),
                fact.key(),
                title(fact),
                kind(fact),
                fact.when(DATES).map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                sources.of(fact),
                status(fact),
                fact.mistaken());
    }

    static String title(Fact fact) {
        return fact.text("/title")
                .or(() -> fact.text("/description"))
                .or(() -> fact.words("code"))
                .or(() -> fact.words("type"))
                .orElse("Document not named");
    }

    private static String kind(Fact fact) {
        return switch (fact.type()) {
            case "DiagnosticReport" -> {
                var results = fact.each("result").size();
                yield results == 0
                        ? "Report"
                        : results == 1 ? "Report, 1 result" : "Report, " + results + " results";
            }
            case "Composition" -> "Composed document";
            default -> "Document";
        };
    }

    static String status(Fact fact) {
        if (fact.mistaken()
                || fact.text("/docStatus").filter("entered-in-error"::equals).isPresent()) {
            return "Entered in error";
        }
        return switch (fact.status()) {
            case "final", "current" -> "";
            case "registered" -> "Not yet available";
            case "partial" -> "Partial";
            case "preliminary" -> "Preliminary";
            case "amended" -> "Amended";
            case "corrected" -> "Corrected";
            case "appended" -> "Added to";
            case "cancelled" -> "Cancelled";
            case "superseded" -> "Replaced by a later document";
            default -> "Status not known";
        };
    }

    /// The readable text of a report or document: its conclusion and its attachments in plain text.
    /// Narrative HTML is not shown, because it comes from outside.
    static List<String> text(Fact fact) {
        var texts = new ArrayList<String>();
        fact.text("/conclusion").ifPresent(texts::add);
        fact.each("conclusionCode").forEach(code -> Words.of(code).ifPresent(texts::add));
        fact.each("presentedForm").forEach(form -> plain(form).ifPresent(texts::add));
        fact.each("content")
                .forEach(content -> plain(content.path("attachment")).ifPresent(texts::add));
        return texts;
    }

    /// The attachments that cannot be shown as text: their media types.
    static List<String> attachments(Fact fact) {
        var kinds = new ArrayList<String>();
        var forms = new ArrayList<>(fact.each("presentedForm"));
        fact.each("content").forEach(content -> forms.add(content.path("attachment")));
        for (var form : forms) {
            if (plain(form).isEmpty()) {
                kinds.add(
                        form.path("title").asString("Attachment")
                                + " ("
                                + form.path("contentType").asString("kind not recorded")
                                + ")");
            }
        }
        return kinds;
    }

    private static Optional<String> plain(tools.jackson.databind.JsonNode attachment) {
        var type = attachment.path("contentType").asString("");
        var data = attachment.path("data").asString("");
        if (!type.startsWith("text/plain") || data.isEmpty()) {
            return Optional.empty();
        }
        try {
            var bytes = java.util.Base64.getMimeDecoder().decode(data);
            return Optional.of(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
