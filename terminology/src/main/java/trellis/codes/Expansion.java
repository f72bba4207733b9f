package trellis.codes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Expands value sets (https://hl7.org/fhir/R4/valueset-operation-expand.html).
public final class Expansion {
    private static final List<String> KEPT =
            List.of(
                    "id",
                    "url",
                    "identifier",
                    "version",
                    "name",
                    "title",
                    "status",
                    "experimental");
    private static final Set<String> DEFINITION =
            Set.of(
                    "publisher",
                    "contact",
                    "description",
                    "useContext",
                    "jurisdiction",
                    "purpose",
                    "copyright",
                    "compose",
                    "date");

    /// How an expansion is wanted.
    ///
    /// @param filter beginnings of words that names must have; empty for all
    /// @param offset how many members to pass over
    /// @param count how many at the most; empty for all
    /// @param active only what may still be used
    /// @param designations whether other names are wanted
    /// @param language of the names; empty for any
    /// @param nested whether members may stand under those that are above them
    /// @param definition whether the definition of the value set is wanted too
    public record Wanted(
            String filter,
            int offset,
            Optional<Integer> count,
            boolean active,
            boolean designations,
            String language,
            boolean nested,
            boolean definition) {}

    private final Selection selection;
    private final Wanted wanted;

    private Expansion(Selection selection, Wanted wanted) {
        this.selection = selection;
        this.wanted = wanted;
    }

    /// Expands a value set.
    ///
    /// @param most how many members one answer may have
    /// @throws Refused when it has more and no count is asked, or a part of it cannot be told here
    public static ObjectNode of(
            ObjectNode valueSet, Library library, Wanted wanted, int most, Instant now) {
        var selection = ValueSets.select(valueSet, library);
        if (wanted.active()) {
            selection.keepActive();
        }
        if (!wanted.filter().isBlank()) {
            selection.keepNamed(wanted.filter());
        }
        var total = selection.size();
        var count = wanted.count().orElse(most + 1);
        if (Math.min(count, Math.max(total - wanted.offset(), 0)) > most) {
            throw new Refused(
                    Problem.invalid(
                            "too-costly",
                            "The value set has "
                                    + total
                                    + " codes; an answer has "
                                    + most
                                    + " at the most. Ask for pages of them with offset and count,"
                                    + " or for fewer with filter.",
                            "count"));
        }
        return new Expansion(selection, wanted).json(valueSet, total, count, now);
    }

    private ObjectNode json(ObjectNode valueSet, int total, int count, Instant now) {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "ValueSet");
        valueSet.forEachEntry((name, value) -> {
            if (KEPT.contains(name) || (wanted.definition() && DEFINITION.contains(name))) {
                json.set(name, value);
            }
        });
        if (!json.has("status")) {
            json.put("status", "active");
        }
        var expansion = json.putObject("expansion");
        expansion
                .put("identifier", "urn:uuid:" + UUID.randomUUID())
                .put("timestamp", now.toString())
                .put("total", total);
        if (wanted.offset() > 0 || wanted.count().isPresent()) {
            expansion.put("offset", wanted.offset());
        }
        parameters(expansion.putArray("parameter"));
        if (expansion.path("parameter").isEmpty()) {
            expansion.remove("parameter");
        }
        var page = selection.page(wanted.offset(), count);
        if (!page.isEmpty()) {
            var contains = expansion.putArray("contains");
            if (wanted.nested() && page.size() == total) {
                nest(page, contains);
            } else {
                page.forEach(member -> describe(member, contains.addObject()));
            }
        }
        return json;
    }

    private void parameters(ArrayNode into) {
        for (var release : selection.releases()) {
            if (!release.version().isEmpty()) {
                into.addObject()
                        .put("name", "version")
                        .put("valueUri", release.system() + "|" + release.version());
            }
        }
        if (!wanted.filter().isBlank()) {
            into.addObject().put("name", "filter").put("valueString", wanted.filter());
        }
        wanted.count()
                .ifPresent(
                        count -> into.addObject().put("name", "count").put("valueInteger", count));
        if (wanted.offset() > 0) {
            into.addObject().put("name", "offset").put("valueInteger", wanted.offset());
        }
        if (wanted.active()) {
            into.addObject().put("name", "activeOnly").put("valueBoolean", true);
        }
        if (!wanted.language().isEmpty()) {
            into.addObject().put("name", "displayLanguage").put("valueCode", wanted.language());
        }
    }

    private void describe(Selection.Member member, ObjectNode into) {
        var release = member.release();
        into.put("system", release.system());
        if (!release.version().isEmpty()) {
            into.put("version", release.version());
        }
        if (!release.selectable(member.concept())) {
            into.put("abstract", true);
        }
        if (!release.active(member.concept())) {
            into.put("inactive", true);
        }
        into.put("code", member.code());
        into.put("display", selection.display(member, wanted.language()));
        if (wanted.designations()) {
            var designations = selection.designations(member);
            if (!designations.isEmpty()) {
                var array = into.putArray("designation");
                designations.forEach(one -> describe(one, array.addObject()));
            }
        }
    }

    /// A designation as FHIR writes it.
    static void describe(Designation designation, ObjectNode into) {
        if (!designation.language().isEmpty()) {
            into.put("language", designation.language());
        }
        var use = designation.use();
        if (!use.code().isEmpty()) {
            var coding = into.putObject("use");
            if (!use.system().isEmpty()) {
                coding.put("system", use.system());
            }
            coding.put("code", use.code());
            if (!use.display().isEmpty()) {
                coding.put("display", use.display());
            }
        }
        into.put("value", designation.term());
    }

    /// Each member under the first of those directly above it that is a member too.
    private void nest(List<Selection.Member> page, ArrayNode contains) {
        var places = new HashMap<Selection.Member, ObjectNode>();
        page.forEach(member -> places.put(member, JsonNodeFactory.instance.objectNode()));
        var parents = parents(page);
        page.forEach(member -> describe(member, member(places, member)));
        for (var member : page) {
            var above = Optional.ofNullable(parents.get(member));
            var list = above.map(up -> list(member(places, up))).orElse(contains);
            list.add(member(places, member));
        }
    }

    private static ObjectNode member(
            Map<Selection.Member, ObjectNode> places, Selection.Member member) {
        return Optional.ofNullable(places.get(member)).orElseThrow();
    }

    private static ArrayNode list(ObjectNode above) {
        return above.get("contains") instanceof ArrayNode there
                ? there
                : above.putArray("contains");
    }

    private static Map<Selection.Member, Selection.Member> parents(List<Selection.Member> page) {
        var members = new HashSet<>(page);
        var parents = new HashMap<Selection.Member, Selection.Member>();
        for (var member : page) {
            for (var parent : member.release().parents(member.concept())) {
                var above = new Selection.Member(member.release(), parent);
                if (members.contains(above) && !leadsTo(parents, above, member)) {
                    parents.putIfAbsent(member, above);
                }
            }
        }
        return parents;
    }

    /// Whether what is above would come to stand under what is below, as in a hierarchy that goes in a circle.
    private static boolean leadsTo(
            Map<Selection.Member, Selection.Member> parents,
            Selection.Member above,
            Selection.Member below) {
        var steps = new ArrayList<Selection.Member>();
        for (var at = Optional.of(above);
                at.isPresent();
                at = Optional.ofNullable(parents.get(at.get()))) {
            if (at.get().equals(below) || steps.size() > parents.size()) {
                return true;
            }
            steps.add(at.get());
        }
        return false;
    }
}
