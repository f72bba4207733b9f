/// The published R4 definitions (FHIR 4.0.1) as an object graph: every type with its elements,
/// their cardinality, types, reference targets and required codes. Compiled while Trellis is built;
/// read once.
@NullMarked
package trellis.fhir.definitions;

import org.jspecify.annotations.NullMarked;
