/// Audit: who did what to which record, when, from where. Written before the answer leaves, never
/// changed afterwards, and read on the page "Who looked".
///
/// Standards: FHIR R4 AuditEvent (its words for action and outcome), NHS Care Record Guarantee.
/// Hazards: H-211 (a record was seen and nobody can tell by whom), H-212 (the log shows what it must
/// protect).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "page", "settings", "store"})
package trellis.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
