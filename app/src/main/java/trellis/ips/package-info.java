/// The International Patient Summary: one document about one person, made from the record at the moment it is asked for, for care
/// anywhere.
///
/// Standards: HL7 International Patient Summary 2.0 (`Patient/$summary`), FHIR R4 documents. Hazards: H-410 (nothing recorded is
/// taken for nothing there), H-411 (what may not be seen is missed).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "audit", "page", "store"})
package trellis.ips;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
