package trellis.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;
import trellis.page.Words;
import trellis.store.Stored;

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

    /// An attachment that is not plain text.
    ///
    /// @param name its title and kind
    /// @param filename under which it is saved; holds nothing of the patient
    /// @param bytes its content
    record File(String name, String filename, byte[] bytes) {}

    /// The attachments that cannot be shown as text and are there to be saved.
    ///
    /// @param shared finds a Binary that an attachment points to
    static List<File> files(Fact fact, BiFunction<String, String, Optional<Stored>> shared) {
        var forms = new ArrayList<>(fact.each("presentedForm"));
        fact.each("content").forEach(content -> forms.add(content.path("attachment")));
        var files = new ArrayList<File>();
        for (var form : forms) {
            if (plain(form).isEmpty()) {
                content(form, shared)
                        .ifPresent(bytes -> files.add(file(form, files.size() + 1, bytes)));
            }
        }
        return files;
    }

    private static File file(JsonNode form, int number, byte[] bytes) {
        var type = form.path("contentType").asString("kind not recorded");
        var ending = type.startsWith("application/pdf") ? ".pdf" : ".bin";
        var name = form.path("title").asString("Attachment " + number) + " (" + type + ")";
        return new File(name, "document-" + number + ending, bytes);
    }

    private static Optional<byte[]> content(
            JsonNode form, BiFunction<String, String, Optional<Stored>> shared) {
        var data = form.path("data").asString("");
        if (!data.isEmpty()) {
            return decoded(data);
        }
        var url = form.path("url").asString("");
        return url.startsWith("Binary/")
                ? shared.apply("Binary", url.substring(7))
                        .flatMap(one -> decoded(one.json().path("data").asString("")))
                : Optional.empty();
    }

    private static Optional<byte[]> decoded(String base64) {
        try {
            return Optional.of(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> plain(JsonNode attachment) {
        var type = attachment.path("contentType").asString("");
        var data = attachment.path("data").asString("");
        return type.startsWith("text/plain") && !data.isEmpty()
                ? decoded(data).map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                : Optional.empty();
    }
}
