package trellis.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Write;

/// What the links within a transaction lead to (https://hl7.org/fhir/R4/http.html#trules,
/// https://hl7.org/fhir/R4/bundle.html#references).
final class Targets {
    private static final Pattern RESTFUL =
            Pattern.compile("(https?://.+/)[A-Z][A-Za-z]+/[A-Za-z0-9\\-.]{1,64}");

    private final Terms terms;
    private final Resolution resolution;
    private final Map<String, String> byFullUrl = new HashMap<>();

    Targets(Terms terms, Resolution resolution) {
        this.terms = terms;
        this.resolution = resolution;
    }

    /// What entries refer to a resource by.
    ///
    /// @param identity type and id that it is stored under
    void add(BundleEntry entry, String identity) {
        if (!entry.fullUrl().isEmpty() && byFullUrl.put(entry.fullUrl(), identity) != null) {
            throw new Refused(
                    new Problem.BadRequest(
                            "duplicate",
                            "Two entries have the same fullUrl, so a reference to it is ambiguous.",
                            entry.place() + ".fullUrl"));
        }
    }

    /// Changes the links of an entry's resource into what they lead to.
    void settle(BundleEntry entry, ObjectNode resource) {
        var root = RESTFUL.matcher(entry.fullUrl());
        var prefix = root.matches() ? root.group(1) : "";
        new Links((text, place) -> reference(text, place, prefix), this::address).rewrite(resource);
    }

    private String reference(String text, String place, String prefix) {
        var direct = byFullUrl.get(text);
        if (direct != null) {
            return direct;
        }
        if (text.startsWith("urn:")) {
            return nowhere(text, place);
        }
        if (Alone.isConditional(text)) {
            return conditional(text, place);
        }
        if (text.contains("://")) {
            return !terms.base().isEmpty() && text.startsWith(terms.base() + "/")
                    ? text.substring(terms.base().length() + 1)
                    : text;
        }
        var beside = prefix.isEmpty() ? Optional.<String>empty() : beside(prefix + text);
        return beside.orElse(text);
    }

    private Optional<String> beside(String fullUrl) {
        return Optional.ofNullable(byFullUrl.get(fullUrl));
    }

    /// Only urns: what another address means elsewhere (a ValueSet's url that is also its fullUrl,
    /// say) is not ours to change.
    private String address(String text) {
        return text.startsWith("urn:") ? byFullUrl.getOrDefault(text, text) : text;
    }

    private String nowhere(String text, String place) {
        var lost = text.startsWith("urn:uuid:") || text.startsWith("urn:oid:");
        if (lost && terms.references() == Write.References.ENFORCED) {
            throw new Refused(
                    Problem.invalid(
                            "not-found",
                            "No entry of this transaction has the fullUrl that this refers to.",
                            place));
        }
        return text;
    }

    private String conditional(String text, String place) {
        var condition = condition(text, place);
        return resolution
                .of(condition)
                .map(stored -> stored.type() + "/" + stored.id())
                .orElseThrow(() ->
                        new Refused(
                                new Problem.PreconditionFailed(
                                        "the conditional reference at "
                                                + place
                                                + " matches no resource; it must match one.")));
    }

    /// The search that a conditional reference is.
    static Condition condition(String text, String place) {
        var question = text.indexOf('?');
        return new Condition(
                place, text.substring(0, question), Parameter.parse(text.substring(question + 1)));
    }
}
