/// Terminology: what a code means, whether it is one, what is a kind of what, which codes a value set has, what a code is elsewhere.
/// Code systems, value sets and concept maps are FHIR resources of the store, or published with R4, or loaded releases (SNOMED CT,
/// dm+d, LOINC, ICD-10), which the jar `trellis.codes` reads and answers from.
///
/// Standards: FHIR R4 terminology-service.html, SNOMED CT RF2 and ECL, dm+d, LOINC, ICD-10 (ClaML). Hazards: H-389 (a wrong or old
/// code system), H-390 (a code is taken for another).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "audit", "jobs", "settings", "store"})
package trellis.terminology;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
