/// FHIR over HTTP: the interactions of the RESTful API, and Bundles of them. One class for each
/// interaction, none for a resource type; what may be written is asked of [WriteRule]s, what may be
/// read is narrowed in one place, and every refusal becomes an OperationOutcome in one function.
///
/// Standards: FHIR R4 http.html and bundle.html. Hazards: H-001 (an acknowledged write is lost),
/// H-003 (one record overwrites another), H-004 (part of a Bundle is stored).
@NullMarked
@ApplicationModule(allowedDependencies = {"settings", "store", "access", "audit"})
package trellis.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
