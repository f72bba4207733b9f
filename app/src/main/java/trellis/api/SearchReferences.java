package trellis.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Versions;

/// Reference parameters: `id`, `Type/id`, an address here or elsewhere, with `:identifier` the identifier that a reference itself
/// carries, and with `:above` and `:below` what lies above or below a resource of a type that is part of its own kind, or versions
/// of a canonical (https://hl7.org/fhir/R4/search.html#reference).
final class SearchReferences {

    static final List<String> MODIFIERS =
            List.of("[type]", "above", "below", "identifier", "missing");

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
        if (asked.modifier().equals("above") || asked.modifier().equals("below")) {
            return List.of(related(asked));
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

    private static Criterion related(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        for (var value : asked.plain()) {
            if (isElsewhere(asked, value)) {
                hashes.addAll(versions(asked, value));
                continue;
            }
            var plain = asked.of(asked.parameter(), value);
            var followed = false;
            for (var target : targets(plain, value)) {
                if (target instanceof Target.Here(var type, var id)) {
                    var upwards = SearchLookups.upwards(type);
                    followed |= upwards.isPresent();
                    upwards.ifPresent(up -> hashes.addAll(related(asked, up, id)));
                }
            }
            if (!followed) {
                throw SearchProblems.unsupported(
                        asked.name(),
                        "\":"
                                + asked.modifier()
                                + "\" asks for what a Location, an Organization or another type whose"
                                + " resources are parts of each other lies above or below, or for"
                                + " versions of a canonical; \""
                                + asked.parameter().code()
                                + "\" leads to none with this value.");
            }
        }
        return new Criterion.AnyToken(hashes);
    }

    private static List<Long> related(SearchAsked asked, SearchParameter upwards, String id) {
        Addresses.checkId(id, asked.name());
        var lookups = asked.scene().lookups();
        var ids =
                asked.modifier().equals("below")
                        ? lookups.below(upwards, id, asked.name())
                        : lookups.above(upwards, id, asked.name());
        return ids.stream()
                .map(one -> hash(asked.salt(), new Target.Here(upwards.base(), one)))
                .toList();
    }

    /// `url|1.2` lies below `url|1`, and above `url|1.2.3`.
    private static List<Long> versions(SearchAsked asked, String url) {
        var above = Versions.above(url);
        if (above.isEmpty()) {
            return List.of(Keys.address(asked.salt(), url));
        }
        if (asked.modifier().equals("above")) {
            return above.stream().map(cut -> Keys.address(asked.salt(), cut)).toList();
        }
        asked.checkComplete();
        return List.of(Keys.below(asked.salt(), url));
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
        if (isElsewhere(asked, value)) {
            return List.of(new Target.Elsewhere(value));
        }
        var base = asked.scene().base();
        var here = !base.isEmpty() && value.startsWith(base + "/");
        var relative = here ? value.substring(base.length() + 1) : value;
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

    private static boolean isElsewhere(SearchAsked asked, String value) {
        var base = asked.scene().base();
        var here = !base.isEmpty() && value.startsWith(base + "/");
        return !here && (value.contains(":") || value.contains("|"));
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
