/// Changing a resource piece by piece: JSON Patch (RFC 6902) over JSON Pointers (RFC 6901), and
/// FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html). A patch works on a copy, all of it or
/// nothing; whether the outcome is a lawful resource is not judged here.
@NullMarked
package trellis.fhir.patch;

import org.jspecify.annotations.NullMarked;
