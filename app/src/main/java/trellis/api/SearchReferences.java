package trellis.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.store.Criterion;
import trellis.store.Keys;

/// Reference parameters: `id`, `Type/id`, an address here or elsewhere, and with `:identifier` the
/// identifier that a reference itself carries (https://hl7.org/fhir/R4/search.html#reference).
final class SearchReferences {

    static final List<String> MODIFIERS = List.of("[type]", "identifier", "missing");

    private SearchReferences() {}

    /// What a value leads to.
    private sealed interface Target {
        record Here(String type, String id) implements Target {}

        record Elsewhere(String url) implements Target {}
    }

    /// All of these must hold: the reference itself and, where it decides whose record this is, that
    /// it is that patient's record, which is quicker to find.
    static List<Criterion> criteria(SearchAsked asked) {
        if (asked.modifier().equals("identifier")) {
            return List.of(identifiers(asked));
        }
        var hashes = new HashSet<Long>();
        var patients = new HashSet<String>();
        var others = false;
        for (var value : asked.plain()) {
            for (var target : targets(asked, value)) {
                hashes.add(hash(asked.salt(), target));
                if (target instanceof Target.Here(var type, var id) && type.equals("Patient")) {
                    patients.add(id);
                } else {
                    others = true;
                }
            }
        }
        var criteria = new ArrayList<Criterion>();
        criteria.add(new Criterion.AnyToken(hashes));
        if (!others && SearchRecords.decides(asked.parameter())) {
            criteria.add(new Criterion.OfPatients(patients));
        }
        return criteria;
    }

    /// The hashes that stand for a value; several where it leaves the type open.
    static List<Long> hashes(SearchAsked asked, long salt, String value) {
        return targets(asked, SearchText.plain(value)).stream()
                .map(target -> hash(salt, target))
                .toList();
    }

    private static long hash(long salt, Target target) {
        return switch (target) {
            case Target.Here(var type, var id) -> Keys.reference(salt, Keys.resource(type, id));
            case Target.Elsewhere(var url) -> Keys.address(salt, url);
        };
    }

    private static List<Target> targets(SearchAsked asked, String value) {
        var base = asked.scene().base();
        var here = !base.isEmpty() && value.startsWith(base + "/");
        var relative = here ? value.substring(base.length() + 1) : value;
        if (!here && (value.contains(":") || value.contains("|"))) {
            return List.of(new Target.Elsewhere(value));
        }
        var slash = relative.indexOf('/');
        if (slash < 0) {
            return types(asked).stream()
                    .map(type -> (Target) new Target.Here(type, relative))
                    .toList();
        }
        var type = relative.substring(0, slash);
        var id = relative.substring(slash + 1);
        if (!Definitions.r4().isResourceType(type) || id.isEmpty() || id.contains("/")) {
            throw SearchProblems.value(
                    asked.name(),
                    "A reference is written as an id, as Type/id such as Patient/123, or as a whole"
                            + " address.");
        }
        if (!asked.modifier().isEmpty() && !asked.modifier().equals(type)) {
            throw SearchProblems.value(
                    asked.name(),
                    "The modifier :" + asked.modifier() + " and the type in the value disagree.");
        }
        return List.of(new Target.Here(type, id));
    }

    private static List<String> types(SearchAsked asked) {
        return asked.modifier().isEmpty()
                ? SearchRecords.targets(asked.parameter())
                : List.of(asked.modifier());
    }

    private static Criterion identifiers(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        for (var value : asked.values()) {
            var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
            if (pieces.size() != 2 || pieces.get(1).isEmpty()) {
                throw SearchProblems.value(
                        asked.name(), "An identifier is written system|value or |value.");
            }
            hashes.add(Keys.logical(asked.salt(), pieces.get(0), pieces.get(1)));
        }
        return new Criterion.AnyToken(Set.copyOf(hashes));
    }
}
