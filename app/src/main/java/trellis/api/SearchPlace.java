package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.Compartments;

/// Where a search takes place: all types, one type, or a compartment and in it one type or all
/// (https://hl7.org/fhir/R4/http.html#search).
///
/// @param compartment whose, if it is one
/// @param type the only type; empty for all that `_type` does not leave out
record SearchPlace(Optional<Compartment> compartment, Optional<String> type) {

    /// The log lies elsewhere, and is searched by itself.
    private static final String LOG = "AuditEvent";

    /// The compartment around one resource.
    record Compartment(String name, String id) {}

    /// One type, everywhere.
    static SearchPlace of(String type) {
        return new SearchPlace(Optional.empty(), Optional.of(type));
    }

    /// The place that the segments of an address name, `_search` at their end left out.
    ///
    /// @throws Refused with [Problem.NotFound] when there is no such compartment
    static SearchPlace of(List<String> path) {
        var segments = path.stream().filter(segment -> !segment.equals("_search")).toList();
        return switch (segments.size()) {
            case 0 -> new SearchPlace(Optional.empty(), Optional.empty());
            case 1 -> of(segments.getFirst());
            default -> in(new Compartment(segments.get(0), segments.get(1)), segments.get(2));
        };
    }

    private static SearchPlace in(Compartment compartment, String type) {
        Addresses.checkId(compartment.id(), "id");
        if (type.equals("*")) {
            return new SearchPlace(Optional.of(compartment), Optional.empty());
        }
        Addresses.checkType(type);
        if (type.equals(LOG) || !types(compartment).contains(type)) {
            throw new Refused(
                    new Problem.NotFound(
                            type
                                    + " in the compartment of a "
                                    + compartment.name()
                                    + " (it has no place there, or is searched by itself)"));
        }
        return new SearchPlace(Optional.of(compartment), Optional.of(type));
    }

    /// The types in a compartment, with the one that it is around.
    private static List<String> types(Compartment compartment) {
        var inside = Compartments.r4().types(compartment.name());
        return Definitions.r4().resourceTypes().stream()
                .filter(type -> type.equals(compartment.name()) || inside.contains(type))
                .toList();
    }

    /// The address below the base.
    String address() {
        var of = compartment.map(c -> "/" + c.name() + "/" + c.id()).orElse("");
        return of + type.map(t -> "/" + t).orElse(of.isEmpty() ? "" : "/*");
    }

    /// The types searched.
    ///
    /// @param wanted the value of `_type`
    /// @param searchable which types whoever asks may search at all; those that `_type` names are not left out for that
    /// @throws Refused with [Problem.BadRequest] when none is left
    List<String> types(Optional<String> wanted, Predicate<String> searchable) {
        var named = wanted.map(SearchPlace::named).orElse(List.of());
        var here =
                type.map(List::of)
                        .orElseGet(() ->
                                compartment
                                        .map(SearchPlace::types)
                                        .orElseGet(() -> Definitions.r4().resourceTypes()));
        var types =
                here.stream()
                        .filter(one -> type.isPresent() || !one.equals(LOG))
                        .filter(one -> wanted.isPresent() ? named.contains(one) : true)
                        .filter(one ->
                                type.isPresent() || wanted.isPresent() || searchable.test(one))
                        .toList();
        if (types.isEmpty() || (wanted.isPresent() && types.size() < named.size())) {
            throw SearchProblems.value(
                    "_type",
                    "_type names resource types that are searched at this address, such as"
                            + " Observation,Condition; AuditEvent is searched by itself.");
        }
        return types;
    }

    private static List<String> named(String value) {
        return Arrays.stream(value.split(",", -1)).distinct().toList();
    }
}
