/// Consents: what a person has chosen about their record, each choice a FHIR Consent whose versions are
/// its history. The national data opt-out after its eight points, sharing dissent, permission for the
/// Summary Care Record, who else may see the record, research projects, and how to be reached.
///
/// Standards: FHIR R4 Consent; the National Data Opt-out (operational policy, and the list check over
/// MESH); SCR-ACSPermission. Hazards: H-201 (a record is shown to somebody who may not see it), H-202
/// (somebody who must see it is shut out).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "people", "store"})
package trellis.consents;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
