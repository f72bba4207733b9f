package trellis.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import trellis.page.AllergyState;
import trellis.page.PatientBanner;
import trellis.page.StaffFormat;
import trellis.page.Words;

/// What a record says of allergies (interface rules 9 and 10; CUI ADR-0005 to 0024, PAB-0064).
///
/// Only an active statement "no known allergy" gives [AllergyState#NONE]: a record without
/// allergies says nothing. An allergy outweighs such a statement; statements about one kind only ("no
/// known drug allergy") and allergies that are over are said beside the state, not instead of it.
final class AllergyRules {

    private static final String NO_KNOWN_ALLERGY = "716186003";
    private static final Set<String> NO_KNOWN_OF_ONE_KIND =
            Set.of("409137002", "428607008", "429625007", "716184000", "716220001");
    private static final Set<String> OVER = Set.of("inactive", "resolved");

    private AllergyRules() {}

    /// The state and the rows of all the record's AllergyIntolerance resources.
    static View view(List<Fact> all, Sources sources) {
        var standing = all.stream().filter(fact -> !fact.mistaken() && !refuted(fact)).toList();
        var current = standing.stream().filter(AllergyRules::active).toList();
        var allergies = current.stream().filter(fact -> !negation(fact)).toList();
        var none = current.stream().anyMatch(AllergyRules::nothingKnown);
        var state =
                !allergies.isEmpty()
                        ? AllergyState.KNOWN
                        : none ? AllergyState.NONE : AllergyState.NOT_RECORDED;
        return new View(
                state, rows(allergies, sources), notes(all, standing, current, state, sources));
    }

    /// Every entry, also those that are over, refuted or entered in error, alphabetically.
    static List<Fact> alphabetical(List<Fact> all) {
        return all.stream()
                .sorted(
                        Comparator.comparing(
                                AllergyRules::substance, String.CASE_INSENSITIVE_ORDER))
                .toList();
    }

    private static List<Row> rows(List<Fact> facts, Sources sources) {
        return facts.stream()
                .map(fact -> row(fact, sources))
                .sorted(Comparator.comparing(Row::substance, String.CASE_INSENSITIVE_ORDER))
                .toList();
    }

    static Row row(Fact fact, Sources sources) {
        return new Row(
                fact.key(),
                substance(fact),
                reactions(fact),
                status(fact),
                fact.when("/recordedDate", "/onsetDateTime")
                        .map(StaffFormat::date)
                        .orElse(StaffFormat.NOT_RECORDED),
                sources.of(fact),
                fact.mistaken());
    }

    private static String substance(Fact fact) {
        return fact.words("code")
                .or(() -> Words.of(fact.json().at("/reaction/0/substance")))
                .orElse("Substance not recorded");
    }

    /// Reactions of one event joined by `+`, of separate events by a comma (ADR-0020, 0021).
    private static String reactions(Fact fact) {
        var events =
                fact.each("reaction").stream()
                        .map(AllergyRules::event)
                        .filter(event -> !event.isEmpty())
                        .toList();
        return events.isEmpty() ? StaffFormat.NOT_KNOWN : String.join(", ", events);
    }

    private static String event(JsonNode reaction) {
        var words = new ArrayList<String>();
        reaction.path("manifestation").forEach(one -> Words.of(one).ifPresent(words::add));
        var joined = String.join(" + ", words);
        var severity = reaction.path("severity").asString("");
        return severity.isEmpty() || joined.isEmpty() ? joined : joined + " (" + severity + ")";
    }

    private static String status(Fact fact) {
        if (fact.mistaken()) {
            return "Entered in error";
        }
        var words = new ArrayList<String>();
        if (OVER.contains(fact.code("clinicalStatus"))) {
            words.add(fact.code("clinicalStatus").equals("resolved") ? "Resolved" : "Inactive");
        }
        switch (fact.code("verificationStatus")) {
            case "unconfirmed" -> words.add("Unconfirmed");
            case "presumed" -> words.add("Presumed");
            case "refuted" -> words.add("Refuted");
            default -> {}
        }
        if (fact.text("/criticality").filter("high"::equals).isPresent()) {
            words.add("High risk");
        }
        return String.join(", ", words);
    }

    private static List<String> notes(
            List<Fact> all,
            List<Fact> standing,
            List<Fact> current,
            AllergyState state,
            Sources sources) {
        var notes = new ArrayList<String>();
        for (var fact : current) {
            if (negation(fact)) {
                var also =
                        state == AllergyState.NONE && nothingKnown(fact)
                                ? "Recorded: "
                                : "Also recorded: ";
                notes.add(
                        also + substance(fact) + recorded(fact) + ". Source: " + sources.of(fact));
            }
        }
        var over = standing.stream().filter(fact -> !active(fact) && !negation(fact)).toList();
        if (!over.isEmpty()) {
            notes.add("Recorded as over: " + names(over));
        }
        var refuted = all.stream().filter(fact -> !fact.mistaken() && refuted(fact)).toList();
        if (!refuted.isEmpty()) {
            notes.add("Refuted: " + names(refuted));
        }
        return notes;
    }

    private static String names(List<Fact> facts) {
        return facts.stream()
                .map(AllergyRules::substance)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String recorded(Fact fact) {
        return fact.when("/recordedDate")
                .map(when -> " (" + StaffFormat.date(when) + ")")
                .orElse("");
    }

    private static boolean active(Fact fact) {
        return !OVER.contains(fact.code("clinicalStatus"));
    }

    private static boolean refuted(Fact fact) {
        return fact.code("verificationStatus").equals("refuted");
    }

    private static boolean nothingKnown(Fact fact) {
        return Words.code(fact.json().path("code"), Words.SNOMED)
                .filter(NO_KNOWN_ALLERGY::equals)
                .isPresent();
    }

    private static boolean negation(Fact fact) {
        return nothingKnown(fact)
                || Words.code(fact.json().path("code"), Words.SNOMED)
                        .filter(NO_KNOWN_OF_ONE_KIND::contains)
                        .isPresent();
    }

    /// Allergies as a page shows them.
    ///
    /// @param state one of four
    /// @param rows what is current, alphabetically
    /// @param notes what else the record says, a sentence each
    record View(AllergyState state, List<Row> rows, List<String> notes) {

        View {
            rows = List.copyOf(rows);
            notes = List.copyOf(notes);
        }

        /// Nothing could be read.
        static View unavailable() {
            return new View(AllergyState.UNAVAILABLE, List.of(), List.of());
        }

        /// The banner's line.
        PatientBanner.Allergies line() {
            return new PatientBanner.Allergies(
                    state,
                    rows.stream().map(Row::substance).distinct().collect(Collectors.joining(", ")));
        }
    }

    /// One allergy or intolerance.
    ///
    /// @param id of the resource
    /// @param substance what it is to
    /// @param reactions of one event joined by `+`, of separate events by a comma; `Not known`
    /// @param status in words; empty when it is simply active
    /// @param recorded when
    /// @param source where it came from
    /// @param mistaken entered in error
    record Row(
            String id,
            String substance,
            String reactions,
            String status,
            String recorded,
            String source,
            boolean mistaken) {}
}
