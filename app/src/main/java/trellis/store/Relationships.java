package trellis.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchValue;
import trellis.store.SearchRows.Related;

/// The relationships that a resource states, read from the values it is found by: which organisation
/// has to do with its patient, from when to when.
final class Relationships {

    /// Where a basis comes from.
    ///
    /// @param reference search parameter that leads to the organisation
    /// @param date search parameter that says when; empty when it holds for as long as it is said
    /// @param over statuses by which it has come to its end, at the end of its time or, without one,
    ///     at its beginning
    /// @param category code that it must bear as its `category`; empty for none
    record Source(
            String type,
            String reference,
            Optional<String> date,
            Set<String> over,
            Basis basis,
            Optional<String> category) {

        /// Whether what is dated is when it was asked for, and it lasts until it is done.
        boolean untilDone() {
            return basis == Basis.REFERRAL || basis == Basis.DISPENSING;
        }
    }

    static final List<Source> SOURCES =
            List.of(
                    always("Patient", "general-practitioner", Basis.REGISTRATION),
                    always("Patient", "organization", Basis.REGISTRATION),
                    dated("Encounter", "service-provider", "date", Basis.ENCOUNTER, "finished"),
                    dated("EpisodeOfCare", "organization", "date", Basis.ENCOUNTER, "finished"),
                    dated(
                            "ServiceRequest",
                            "performer",
                            "authored",
                            Basis.REFERRAL,
                            "completed",
                            "revoked"),
                    dated("Task", "owner", "authored-on", Basis.DISPENSING, "completed", "failed"),
                    dated("CareTeam", "participant", "date", Basis.TEAM, "inactive"),
                    new Source(
                            "Consent",
                            "actor",
                            Optional.of("period"),
                            Set.of(),
                            Basis.GRANT,
                            Optional.of(Basis.SHARE_WITH)));

    /// What was never so, or not yet.
    static final Set<String> NEVER =
            Set.of(
                    "entered-in-error",
                    "cancelled",
                    "draft",
                    "proposed",
                    "requested",
                    "received",
                    "ready",
                    "rejected",
                    "unknown");

    /// What a choice stands for as long as it is made, and not after.
    private static final String ACTIVE = "active";

    private Relationships() {}

    private static Source always(String type, String reference, Basis basis) {
        return new Source(type, reference, Optional.empty(), Set.of(), basis, Optional.empty());
    }

    private static Source dated(
            String type, String reference, String date, Basis basis, String... over) {
        return new Source(
                type, reference, Optional.of(date), Set.of(over), basis, Optional.empty());
    }

    /// The relationships stated.
    ///
    /// @param patient whose record the resource belongs to, or 0
    static List<Related> of(String type, long patient, List<SearchValue> values) {
        var found = new LinkedHashSet<Related>();
        if (patient != 0 && type.equals("Consent")) {
            found.addAll(choices(patient, values));
        }
        if (patient != 0) {
            for (var source : SOURCES) {
                if (source.type().equals(type)) {
                    found.addAll(of(source, patient, values));
                }
            }
        }
        return List.copyOf(found);
    }

    private static List<Related> of(Source source, long patient, List<SearchValue> values) {
        var found = new ArrayList<Related>();
        var status = code(values, "status");
        var wrong = source.category().filter(c -> !c.equals(code(values, "category"))).isPresent();
        var withdrawn = source.category().isPresent() && !status.equals(ACTIVE);
        if (wrong || withdrawn || NEVER.contains(status)) {
            return found;
        }
        var starts = Long.MIN_VALUE;
        var ends = Long.MAX_VALUE;
        for (var value : values) {
            if (value instanceof SearchValue.Span span
                    && source.date().filter(span.parameter().code()::equals).isPresent()) {
                starts = span.low();
                ends = span.high();
            }
        }
        if (source.untilDone()) {
            ends = source.over().contains(status) ? ends : Long.MAX_VALUE;
        } else if (source.over().contains(status) && ends == Long.MAX_VALUE) {
            ends = starts;
        }
        for (var value : values) {
            if (value instanceof SearchValue.Reference reference
                    && reference.type().equals("Organization")
                    && is(reference.parameter(), source)) {
                var party = Keys.resource("Organization", reference.id());
                found.add(new Related(patient, party, Optional.of(source.basis()), starts, ends));
            }
        }
        return found;
    }

    /// What a Consent says of the record as a whole, in the shape of a relationship that is none: its
    /// basis counts for nothing.
    private static List<Related> choices(long patient, List<SearchValue> values) {
        var found = new ArrayList<Related>();
        if (!code(values, "status").equals(ACTIVE)) {
            return found;
        }
        var starts = Long.MIN_VALUE;
        var ends = Long.MAX_VALUE;
        for (var value : values) {
            if (value instanceof SearchValue.Span span
                    && span.parameter().code().equals("period")) {
                starts = span.low();
                ends = span.high();
            }
        }
        var category = code(values, "category");
        for (var choice : Choice.values()) {
            if (choice.category().equals(category)) {
                found.add(new Related(patient, choice.party(), Optional.empty(), starts, ends));
            }
        }
        for (var value : values) {
            if (value instanceof SearchValue.Reference reference
                    && category.equals(Choice.PROJECT)
                    && reference.parameter().code().equals("data")
                    && reference.type().equals("ResearchStudy")) {
                found.add(
                        new Related(
                                patient,
                                Keys.resource("ResearchStudy", reference.id()),
                                Optional.empty(),
                                starts,
                                ends));
            }
        }
        return found;
    }

    private static boolean is(SearchParameter parameter, Source source) {
        return parameter.code().equals(source.reference());
    }

    private static String code(List<SearchValue> values, String parameter) {
        return values.stream()
                .filter(value ->
                        value instanceof SearchValue.Token token
                                && token.parameter().code().equals(parameter))
                .map(value -> ((SearchValue.Token) value).code())
                .findFirst()
                .orElse("");
    }
}
