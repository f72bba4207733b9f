/// The record store: FHIR resources as bytes on PostgreSQL, their versions, and search over them.
///
/// Standards: FHIR R4. Hazards: H-001 (an acknowledged write is lost), H-002 (a record is shown in
/// part), H-435 (background work makes care wait). Owns the tables `loc`, `res`, `hist` and `ix_*`; nobody else reads them.
@NullMarked
@ApplicationModule(allowedDependencies = {"settings"})
package trellis.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
