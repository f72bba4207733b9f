package trellis.fhir.validation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;

/// Checks what references point to, as far as the resource itself (or the Bundle it came in) tells:
/// nothing is looked up.
final class References {
    private final Findings findings;
    private final ObjectNode root;
    private @Nullable Map<String, String> typeByFullUrl;

    References(Findings findings, ObjectNode root) {
        this.findings = findings;
        this.root = root;
    }

    /// Checks a Reference.
    ///
    /// @param targets the resource types it may point to; empty for any
    void check(ObjectNode reference, Set<String> targets, Scope scope) {
        var literal = Elements.text(reference, "reference");
        if (literal.startsWith("#")) {
            scope.mention(literal);
            if (scope.typeOf(literal).isEmpty()) {
                findings.addAt(
                        "reference",
                        "invariant",
                        "The reference names no contained resource: contain it, or refer to another"
                                + " (ref-1)");
                return;
            }
        }
        if (Texts.hasSpace(literal)) {
            findings.addAt("reference", "value", "A reference must not hold spaces.");
            return;
        }
        var pointed = literal.isEmpty() ? Optional.<String>empty() : typeOf(literal, scope);
        var stated = Elements.text(reference, "type");
        if (!stated.isEmpty() && pointed.isPresent() && !pointed.get().equals(stated)) {
            findings.addAt(
                    "type",
                    "structure",
                    "The reference leads to a "
                            + pointed.get()
                            + ": say so in \"type\", or leave it out.");
        }
        var type = pointed.or(() -> stated.isEmpty() ? Optional.empty() : Optional.of(stated));
        if (!targets.isEmpty() && type.isPresent() && !targets.contains(type.get())) {
            findings.add(
                    "structure",
                    "\""
                            + findings.element()
                            + "\" may refer to "
                            + String.join(", ", targets.stream().sorted().toList())
                            + " only.");
        }
    }

    private Optional<String> typeOf(String literal, Scope scope) {
        if (literal.startsWith("#")) {
            return scope.typeOf(literal);
        }
        if (literal.startsWith("urn:")) {
            return Optional.ofNullable(fullUrls().get(literal));
        }
        return typeInUrl(literal);
    }

    /// The type in `Type/id`, `Type/id/_history/version`, `Type?search`, or in an address of the web
    /// that ends so. Nothing is told of other texts: they cannot be understood without looking up.
    private static Optional<String> typeInUrl(String url) {
        var query = url.indexOf('?');
        var history = url.indexOf("/_history/");
        var end = query >= 0 ? query : history >= 0 ? history : url.length();
        if (query < 0) {
            end = url.lastIndexOf('/', end - 1);
            if (end < 0) {
                return Optional.empty();
            }
        }
        var start = url.lastIndexOf('/', end - 1) + 1;
        if (start > 0 && !url.startsWith("http://") && !url.startsWith("https://")) {
            return Optional.empty();
        }
        return Optional.of(url.substring(start, end)).filter(Definitions.r4()::isResourceType);
    }

    private Map<String, String> fullUrls() {
        var known = typeByFullUrl;
        if (known == null) {
            known = new HashMap<>();
            for (var entry : Elements.each(root, "entry")) {
                for (var resource : Elements.each(entry, "resource")) {
                    known.put(
                            Elements.text(entry, "fullUrl"),
                            Elements.text(resource, "resourceType"));
                }
            }
            typeByFullUrl = known;
        }
        return known;
    }

    /// Checks, after the walk through a resource, what it contains (dom-3 to dom-5).
    void contained(ObjectNode resource, Scope scope) {
        var place = 0;
        for (var contained : Elements.each(resource, "contained")) {
            findings.enter("contained", place);
            if (!scope.isConnected(place, contained)) {
                findings.add(
                        "invariant",
                        "Nothing refers to this contained resource: refer to it, or leave it out"
                                + " (dom-3)");
            }
            for (var meta : Elements.each(contained, "meta")) {
                if (Elements.hasAny(meta, "versionId", "lastUpdated")) {
                    findings.add(
                            "invariant",
                            "A contained resource must not have a version or last-updated time"
                                    + " (dom-4)");
                }
                if (Elements.has(meta, "security")) {
                    findings.add(
                            "invariant",
                            "A contained resource must not have security labels (dom-5)");
                }
            }
            findings.leave();
            place++;
        }
    }
}
