/// Summaries: the Summary Care Record. Medicines and allergies of a person, and more when they have agreed, for whoever has to
/// treat them elsewhere: as their practice sent it, or from the record as it is this moment.
///
/// Standards: Summary Care Record FHIR API (R4), GP Summary headings. Hazards: H-341 (a summary is out of date, or leaves something
/// out), H-342 (it is seen against the person's will).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "consents", "page", "people", "store"})
package trellis.summaries;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
