/// Documents: where they are. The record locator keeps pointers to documents that other systems hold, under the custodian's own
/// law: who made one changes it, supersedes it, takes it away; whoever treats the person finds it.
///
/// Standards: National Record Locator FHIR API, producer and consumer (FHIR R4 DocumentReference). Hazards: H-321 (a document is
/// not found, or a superseded one is).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "jobs", "people", "settings", "store"})
package trellis.documents;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
