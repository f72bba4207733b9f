/// Search parameters and search values: what a resource can be found by. The base R4 parameters are
/// compiled from their published FHIRPath expressions; no resource type has code of its own.
///
/// Source: FHIR R4 search, https://hl7.org/fhir/R4/search.html
@NullMarked
package trellis.fhir.search;

import org.jspecify.annotations.NullMarked;
