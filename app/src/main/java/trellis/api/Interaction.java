package trellis.api;

/// One interaction of the RESTful API (https://hl7.org/fhir/R4/http.html).
@FunctionalInterface
interface Interaction {

    /// Does it.
    ///
    /// @throws trellis.fhir.Refused when it is not done
    Answer answer(FhirRequest request);
}
