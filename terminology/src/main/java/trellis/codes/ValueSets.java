package trellis.codes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Which codes a value set has: its composition (https://hl7.org/fhir/R4/valueset.html#composition), or what an implicit
/// address says (https://hl7.org/fhir/R4/snomedct.html#implicit).
public final class ValueSets {
    private static final int DEEPEST = 20;

    private final Library library;
    private final Optional<String> only;
    private final Effort effort;
    private final Set<String> within = new HashSet<>();

    private ValueSets(Library library, Optional<String> only, Effort effort) {
        this.library = library;
        this.only = only;
        this.effort = effort;
    }

    /// All members of a value set.
    ///
    /// @throws Refused when a part of it cannot be told here: a code system that is not held, a filter that is not known
    public static Selection select(JsonNode valueSet, Library library) {
        return select(valueSet, library, new Effort());
    }

    /// The same within what is left of a bound.
    public static Selection select(JsonNode valueSet, Library library, Effort effort) {
        return new ValueSets(library, Optional.empty(), effort).selection(valueSet);
    }

    /// The members that come from one code system.
    public static Selection select(JsonNode valueSet, Library library, String system) {
        return select(valueSet, library, system, new Effort());
    }

    /// The same within what is left of a bound.
    public static Selection select(
            JsonNode valueSet, Library library, String system, Effort effort) {
        return new ValueSets(library, Optional.of(system), effort).selection(valueSet);
    }

    /// The value set at an implicit address; empty when the address is none.
    public static Optional<ImplicitValueSet> implicit(String url) {
        return ImplicitValueSet.of(url);
    }

    private Selection selection(JsonNode valueSet) {
        var compose = valueSet.path("compose");
        if (compose.isMissingNode()) {
            return expanded(valueSet);
        }
        var selection = new Selection();
        for (var include : compose.path("include")) {
            selection.add(part(include));
        }
        for (var exclude : compose.path("exclude")) {
            selection.remove(part(exclude));
        }
        if (!compose.path("inactive").asBoolean(true)) {
            selection.keepActive();
        }
        return selection;
    }

    /// A value set that is given by its expansion alone.
    private Selection expanded(JsonNode valueSet) {
        var contains = valueSet.path("expansion").path("contains");
        if (contains.isMissingNode()) {
            throw new Refused(
                    Problem.invalid(
                            "required",
                            "The value set has neither a composition nor an expansion, so that its"
                                    + " codes cannot be told.",
                            "ValueSet.compose"));
        }
        var selection = new Selection();
        flat(contains, selection);
        return selection;
    }

    private void flat(JsonNode contains, Selection into) {
        for (var member : contains) {
            var system = member.path("system").asString("");
            if (wanted(system) && member.has("code") && !member.path("abstract").asBoolean(false)) {
                var one = JsonNodeFactory.instance.objectNode();
                one.put("system", system);
                one.putArray("concept").add(member);
                into.add(listed(one, system, member.path("version").asString("")));
            }
            flat(member.path("contains"), into);
        }
    }

    private boolean wanted(String system) {
        return only.isEmpty() || only.get().equals(system);
    }

    private Selection part(JsonNode include) {
        var system = include.path("system").asString("");
        var imports = imports(include);
        if (system.isEmpty()) {
            return imports.orElseGet(Selection::new);
        }
        var selection = new Selection();
        if (wanted(system)) {
            var version = include.path("version").asString("");
            if (include.has("concept")) {
                selection.add(listed(include, system, version));
            } else {
                effort.filter();
                selection.add(filtered(include, system, version));
            }
            imports.ifPresent(selection::keep);
        }
        return selection;
    }

    /// What the value sets named have together (docs/clarifications.md).
    private Optional<Selection> imports(JsonNode include) {
        if (!include.has("valueSet")) {
            return Optional.empty();
        }
        var union = new Selection();
        for (var canonical : include.path("valueSet")) {
            union.add(imported(canonical.asString("")));
        }
        return Optional.of(union);
    }

    private Selection imported(String canonical) {
        effort.include();
        if (within.size() >= DEEPEST || !within.add(canonical)) {
            throw new Refused(
                    Problem.invalid(
                            "business-rule",
                            "The value set includes itself, or more than "
                                    + DEEPEST
                                    + " value sets one within the other.",
                            "ValueSet.compose.include.valueSet"));
        }
        var bar = canonical.indexOf('|');
        var url = bar < 0 ? canonical : canonical.substring(0, bar);
        var version = bar < 0 ? "" : canonical.substring(bar + 1);
        var implicit = ImplicitValueSet.of(url);
        var selection =
                implicit.isPresent()
                        ? selection(implicit.get().json())
                        : selection(
                                library.valueSet(url, version)
                                        .orElseThrow(() -> unknownValueSet(canonical)));
        within.remove(canonical);
        return selection;
    }

    private static Refused unknownValueSet(String canonical) {
        return new Refused(
                Problem.invalid(
                        "not-found",
                        "The value set includes " + canonical + ", which is not held here.",
                        "ValueSet.compose.include.valueSet"));
    }

    private Selection listed(JsonNode include, String system, String version) {
        var held = library.codeSystem(system, version);
        var selection = new Selection();
        var unknown = new ArrayList<JsonNode>();
        held.ifPresent(release -> {
            var group = new Selection.Group(release, new BitSet());
            for (var concept : include.path("concept")) {
                var found = release.find(concept.path("code").asString(""));
                if (found >= 0) {
                    group.list(found, said(concept));
                } else if (!release.about().whole()) {
                    unknown.add(concept);
                }
            }
            selection.add(group);
        });
        if (held.isEmpty()) {
            include.path("concept").forEach(unknown::add);
        }
        if (!unknown.isEmpty()) {
            selection.add(asSaid(unknown, system, version));
        }
        return selection;
    }

    private static Selection.Said said(JsonNode concept) {
        var designations = new ArrayList<Designation>();
        for (var designation : concept.path("designation")) {
            designations.add(
                    new Designation(
                            designation.path("language").asString(""),
                            CodeSystems.use(designation.path("use")),
                            designation.path("value").asString("")));
        }
        return new Selection.Said(concept.path("display").asString(""), designations);
    }

    /// Codes of a system that is not held, as the value set lists them.
    private static Selection.Group asSaid(List<JsonNode> concepts, String system, String version) {
        var builder = new ReleaseBuilder();
        var known = new HashMap<String, Integer>();
        for (var concept : concepts) {
            known.computeIfAbsent(concept.path("code").asString(""), builder::concept);
        }
        var release = builder.build(new Release.About(system, version, "", true, false));
        var group = new Selection.Group(release, new BitSet());
        for (var concept : concepts) {
            group.list(release.find(concept.path("code").asString("")), said(concept));
        }
        return group;
    }

    private Selection.Group filtered(JsonNode include, String system, String version) {
        var release =
                library.codeSystem(system, version)
                        .orElseThrow(() -> unknownSystem(system, version));
        if (!release.about().whole()) {
            throw new Refused(
                    Problem.invalid(
                            "not-found",
                            "Of the code system "
                                    + system
                                    + " only a part is held here, so that the codes that the value"
                                    + " set takes from it cannot be told.",
                            "ValueSet.compose.include.system"));
        }
        var members = release.all();
        for (var filter : include.path("filter")) {
            members.and(Filters.of(filter, release, effort));
        }
        return new Selection.Group(release, members);
    }

    /// That a code system is missing, and what to do.
    public static Refused unknownSystem(String system, String version) {
        return new Refused(
                Problem.invalid(
                        "not-found",
                        "The code system "
                                + system
                                + (version.isEmpty() ? "" : " of version " + version)
                                + " is not held here. Create it as a CodeSystem, or load its"
                                + " release with `trellis terminology load`.",
                        "system"));
    }
}
