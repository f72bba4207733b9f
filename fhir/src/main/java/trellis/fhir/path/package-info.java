/// FHIRPath over JSON: text is parsed to a tree ([Expression], the whole grammar of FHIRPath N1),
/// and the tree is compiled against the R4 definitions to evaluators ([Path]) that know the type of
/// every element they visit. What the published search parameters use can be compiled; anything else
/// that can be parsed is refused when it is compiled, never while it runs. The whole language is
/// evaluated in [trellis.fhir.path.engine].
///
/// Source: FHIRPath N1, http://hl7.org/fhirpath/N1/ and FHIR R4,
/// https://hl7.org/fhir/R4/fhirpath.html
@NullMarked
package trellis.fhir.path;

import org.jspecify.annotations.NullMarked;
