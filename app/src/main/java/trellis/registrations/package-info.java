/// Registrations: who is registered with which practice, from when to when. A practice takes a person on, the practice before it
/// is told that they left and loses sight of the record; or a person leaves and no practice takes them on.
///
/// Standards: FHIR R4 Patient.generalPractitioner and EpisodeOfCare, PDS removal reasons (`PDS-RemovalReasonExitCode`). Hazards:
/// H-381 (the wrong person is registered), H-382 (a practice goes on seeing, or no longer sees, whom it should),
/// H-385 (a practice tells where a restricted person lives).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "people", "store"})
package trellis.registrations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
