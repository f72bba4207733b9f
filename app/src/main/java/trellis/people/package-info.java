/// People: who somebody is, and finding them. A search forgives how things are typed, never opens a
/// record by itself, and shows name, birth date, gender, NHS number and postcode of each person found.
///
/// Standards: NHS number (modulus 11), FHIR R4 and UK Core Patient, NHS Common User Interface (ISB
/// 1504 to 1506). Hazards: H-101 (wrong patient), H-103 (a patient is not found and registered again),
/// H-104 (a protected address is shown).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "store"})
package trellis.people;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
