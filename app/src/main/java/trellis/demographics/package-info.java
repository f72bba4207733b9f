/// Demographics: the personal demographics service. Who somebody is, by their NHS number or by what is known of them;
/// a new person with a new number, unless they are there already; changes piece by piece. One truth with the FHIR API: what
/// is read and changed here is the same Patient.
///
/// Standards: Personal Demographics Service FHIR API (UK Core R4), NHS number (modulus 11), JSON Patch (RFC 6902).
/// Hazards: H-101 (wrong patient), H-104 (a protected address is shown), H-311 (a person has two numbers, or two persons one),
/// H-383 (what was true before is taken for what is true now), H-385 (who is around a restricted person tells where they are).
@NullMarked
@ApplicationModule(
        allowedDependencies = {"access", "audit", "page", "people", "registrations", "store"})
package trellis.demographics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
