package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.first;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of Bundle and Parameters.
final class BundleRules {
    private static final List<Rule> ENTRIES =
            List.of(
                    new Rule(
                            "Bundle",
                            "bdl-1",
                            "Only a searchset or history may have a total",
                            it -> lacks(it, "total") || is(it, "type", "searchset", "history")),
                    new Rule(
                            "Bundle",
                            "bdl-2",
                            "Only entries of a searchset may have search",
                            it ->
                                    is(it, "type", "searchset")
                                            || entries(it).noneMatch(e -> has(e, "search"))),
                    new Rule(
                            "Bundle",
                            "bdl-3",
                            "Every entry of a batch, transaction or history must have a request, others none",
                            it -> {
                                var wanted = is(it, "type", "batch", "transaction", "history");
                                return entries(it).allMatch(e -> has(e, "request") == wanted);
                            }),
                    new Rule(
                            "Bundle",
                            "bdl-4",
                            "Every entry of a batch-response, transaction-response or history must have a response, others none",
                            it -> {
                                var wanted =
                                        is(
                                                it,
                                                "type",
                                                "batch-response",
                                                "transaction-response",
                                                "history");
                                return entries(it).allMatch(e -> has(e, "response") == wanted);
                            }),
                    new Rule(
                            "Bundle.entry",
                            "bdl-5",
                            "An entry must have a resource, a request or a response",
                            it -> hasAny(it, "resource", "request", "response")),
                    new Rule(
                            "Bundle",
                            "bdl-7",
                            "A fullUrl must not occur twice with the same version",
                            it ->
                                    is(it, "type", "history")
                                            || Elements.distinct(
                                                    entries(it).map(BundleRules::versionedUrl))),
                    new Rule(
                            "Bundle.entry",
                            "uri",
                            "A fullUrl must be an absolute URL",
                            it ->
                                    text(it, "fullUrl").isEmpty()
                                            || Texts.isAbsolute(text(it, "fullUrl"))),
                    new Rule(
                            "Bundle.entry",
                            "bdl-8",
                            "A fullUrl must not name a version",
                            it -> !text(it, "fullUrl").contains("/_history/")));

    private static final List<Rule> KINDS =
            List.of(
                    new Rule(
                            "Bundle",
                            "bdl-9",
                            "A document must have an identifier with system and value",
                            it -> {
                                var identifier = first(it, "identifier");
                                return !is(it, "type", "document")
                                        || (has(identifier, "system") && has(identifier, "value"));
                            }),
                    new Rule(
                            "Bundle",
                            "bdl-10",
                            "A document must have a timestamp",
                            it -> !is(it, "type", "document") || it.has("timestamp")),
                    new Rule(
                            "Bundle",
                            "bdl-11",
                            "A document must begin with a Composition",
                            it -> !is(it, "type", "document") || beginsWith(it, "Composition")),
                    new Rule(
                            "Bundle",
                            "bdl-12",
                            "A message must begin with a MessageHeader",
                            it -> !is(it, "type", "message") || beginsWith(it, "MessageHeader")),
                    new Rule(
                            "Parameters.parameter",
                            "inv-1",
                            "A parameter must have a value, a resource or parts, and only one of these",
                            BundleRules::hasOneContent));

    static final List<Rule> ALL = Stream.of(ENTRIES, KINDS).flatMap(List::stream).toList();

    private BundleRules() {}

    private static Stream<ObjectNode> entries(ObjectNode bundle) {
        return each(bundle, "entry").stream();
    }

    private static String versionedUrl(ObjectNode entry) {
        var url = text(entry, "fullUrl");
        return url.isEmpty()
                ? ""
                : url + " " + text(first(first(entry, "resource"), "meta"), "versionId");
    }

    private static boolean beginsWith(ObjectNode bundle, String type) {
        var entries = each(bundle, "entry");
        return !entries.isEmpty()
                && is(
                        first(Objects.requireNonNull(entries.getFirst()), "resource"),
                        "resourceType",
                        type);
    }

    private static boolean hasOneContent(ObjectNode parameter) {
        var count =
                (has(parameter, "part") ? 1 : 0)
                        + (has(parameter, "resource") ? 1 : 0)
                        + (hasChoice(parameter, "value") ? 1 : 0);
        return count == 1;
    }
}
