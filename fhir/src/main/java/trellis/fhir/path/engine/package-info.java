/// FHIRPath, the whole language: the tree that [trellis.fhir.path.Expression] reads is compiled once
/// into steps ([FhirPath]) and evaluated on JSON, with the types of elements from the R4 definitions.
/// Unlike [trellis.fhir.path.Path], which extracts search values and never throws, an evaluation
/// here may end in a refusal, and every one is bounded in depth, length and number of steps.
///
/// Source: FHIRPath N1, http://hl7.org/fhirpath/N1/ and FHIR R4,
/// https://hl7.org/fhir/R4/fhirpath.html
@NullMarked
package trellis.fhir.path.engine;

import org.jspecify.annotations.NullMarked;
