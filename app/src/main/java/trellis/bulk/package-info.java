/// Bulk: what is asked now and done later. Exports and imports of many records, and any request that is sent with
/// `Prefer: respond-async`; each is a job in the database, worked by whichever node takes it, and survives a restart.
///
/// Standards: FHIR Bulk Data Access 2.0 (`$export`), FHIR R4 and R5 asynchronous requests, SMART Bulk import manifest.
/// Hazards: H-408 (an export lacks what should be in it, or holds what should not), H-409 (something is done twice, or is thought
/// done and is not), H-435 (what is done later makes others wait, or never ends).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "audit", "jobs", "settings", "store"})
package trellis.bulk;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
