/// The record: one person's whole record on one page, and each part of it in full. For clinicians; a
/// ward clerk sees who somebody is and their encounters.
///
/// Standards: FHIR R4 and UK Core; NHS Common User Interface (ISB 1505 banner, allergies, medication
/// views). Hazards: H-101 to H-109. Rules are pure functions of resources; nothing is stored here.
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "people", "store"})
package trellis.record;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
