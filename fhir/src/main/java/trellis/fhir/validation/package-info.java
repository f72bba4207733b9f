/// Structural validation of any R4 resource: one walk over its tree against the definitions, quick
/// enough for every write. Profiles, terminology beyond required codes and references that have to
/// be looked up are not its business.
@NullMarked
package trellis.fhir.validation;

import org.jspecify.annotations.NullMarked;
