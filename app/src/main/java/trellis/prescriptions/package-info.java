/// Prescriptions: the Electronic Prescription Service. What a prescriber has signed is kept until a pharmacy downloads it, hands it
/// over and claims for it, or until it is cancelled or expires; everybody concerned sees where it is.
///
/// Standards: Electronic Prescription Service FHIR API (R4), clinical prescription tracker, prescription status updates; ISO/IEC
/// 7064. Hazards: H-343 (dispensed twice, or to whom it was not meant), H-344 (not dispensed although it should be, or although it
/// was cancelled), H-345 (forged or
/// changed), H-391 (a cancelled item), H-392 (hidden allergies), H-393 (no name), H-394 (repeats at once), H-395 (too much noted),
/// H-396 (wrongly said to be ready).
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "access",
            "api",
            "audit",
            "messages",
            "notices",
            "page",
            "people",
            "settings",
            "store"
        })
package trellis.prescriptions;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
