package trellis.record;

import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;

/// Says where a fact came from: the person and the organisation, by the fact's own references or, where
/// it has none, by the encounter it was recorded in (interface rule 21).
///
/// @param encounters the encounters of the facts shown, by reference
/// @param names names of organisations and people, by reference
/// @param unavailable whether these could not be read
record Sources(Map<String, Fact> encounters, Map<String, String> names, boolean unavailable) {

    /// Nothing is known of anybody.
    static final Sources NONE = new Sources(Map.of(), Map.of());

    /// Where facts came from could not be read.
    static final Sources UNAVAILABLE = new Sources(Map.of(), Map.of(), true);

    Sources(Map<String, Fact> encounters, Map<String, String> names) {
        this(encounters, names, false);
    }

    Sources {
        encounters = Map.copyOf(encounters);
        names = Map.copyOf(names);
    }

    /// Where the pointers to a person stand, in the order in which they answer "who recorded this".
    private static final String[] PEOPLE = {
        "/recorder",
        "/requester",
        "/asserter",
        "/performer/0",
        "/performer/0/actor",
        "/author/0",
        "/author",
        "/participant/0/individual"
    };

    private static final String[] PLACES = {
        "/serviceProvider", "/custodian", "/performer/1", "/performer/0", "/author/1"
    };

    /// `Dr Lisa Ellis, Broad Street Surgery`; `Not recorded` when nothing says.
    String of(Fact fact) {
        var who = named(fact, PEOPLE);
        var where = named(fact, PLACES).filter(place -> who.filter(place::equals).isEmpty());
        var encounter =
                fact.reference("/encounter")
                        .or(() -> fact.reference("/context/encounter/0"))
                        .map(encounters::get);
        var parts = new ArrayList<String>();
        who.or(() -> encounter.flatMap(visit -> named(visit, PEOPLE))).ifPresent(parts::add);
        where.or(() -> encounter.flatMap(visit -> named(visit, PLACES)))
                .filter(place -> !parts.contains(place))
                .ifPresent(parts::add);
        if (unavailable && (who.isEmpty() || where.isEmpty())) {
            parts.add(
                    parts.isEmpty()
                            ? "Source could not be loaded"
                            : "the rest could not be loaded");
        }
        return parts.isEmpty() ? StaffFormat.NOT_RECORDED : String.join(", ", parts);
    }

    /// The name at a reference: what the reference itself displays, or what the store calls it.
    Optional<String> name(JsonNode reference) {
        var display = reference.path("display").asString("").strip();
        return display.isEmpty()
                ? Optional.ofNullable(names.get(reference.path("reference").asString("")))
                : Optional.of(display);
    }

    private Optional<String> named(Fact fact, String... pointers) {
        for (var pointer : pointers) {
            var name = name(fact.json().at(pointer));
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }
}
