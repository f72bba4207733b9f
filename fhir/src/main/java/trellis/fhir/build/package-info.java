/// Runs while Trellis is built and is not shipped: compiles the published R4 definitions (FHIR
/// 4.0.1, XML) into the table that [trellis.fhir.definitions.Definitions] reads.
@NullMarked
package trellis.fhir.build;

import org.jspecify.annotations.NullMarked;
