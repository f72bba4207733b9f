package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// How the caller wants to be answered: the `Prefer` header and the parameters that concern every
/// answer (https://hl7.org/fhir/R4/http.html#parameters).
///
/// @param returned what a write answers with
/// @param lenient whether unknown search parameters are ignored
/// @param pretty whether JSON is indented
/// @param subset which part of each resource is wanted
/// @param later whether the answer may come later (`respond-async`)
record Preferences(
        Returned returned, boolean lenient, boolean pretty, Subset subset, boolean later) {

    /// What a write answers with.
    enum Returned {
        MINIMAL,
        REPRESENTATION,
        OPERATION_OUTCOME
    }

    /// Names of parameters that are read here and are no search parameters.
    static final List<String> PARAMETERS = List.of("_format", "_pretty", "_summary", "_elements");

    /// What holds for the entries of a Bundle.
    Preferences within(Subset other) {
        return new Preferences(returned, lenient, pretty, other, later);
    }

    /// @param prefer the values of all `Prefer` headers
    /// @param otherwise what a write answers with when nothing is asked
    static Preferences of(List<String> prefer, List<Parameter> parameters, Returned otherwise) {
        var wishes =
                prefer.isEmpty()
                        ? List.<String>of()
                        : prefer.stream()
                                .flatMap(header -> Arrays.stream(header.split("[,;]")))
                                .map(wish ->
                                        wish.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                                .toList();
        var returned =
                wishes.contains("return=minimal")
                        ? Returned.MINIMAL
                        : wishes.contains("return=representation")
                                ? Returned.REPRESENTATION
                                : wishes.contains("return=operationoutcome")
                                        ? Returned.OPERATION_OUTCOME
                                        : otherwise;
        return new Preferences(
                returned,
                wishes.contains("handling=lenient"),
                single(parameters, "_pretty").filter(text -> text.equals("true")).isPresent(),
                Subset.of(parameters),
                wishes.contains("respond-async"));
    }

    /// The value of a parameter that can be given once.
    ///
    /// @throws Refused with [Problem.BadRequest] when it is given twice
    static Optional<String> single(List<Parameter> parameters, String name) {
        var found = Optional.<String>empty();
        for (var parameter : parameters) {
            if (parameter.name().equals(name)) {
                if (found.isPresent()) {
                    throw new Refused(
                            new Problem.BadRequest("invalid", name + " is given twice.", name));
                }
                found = Optional.of(parameter.value());
            }
        }
        return found;
    }
}
