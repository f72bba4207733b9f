/// Matching: who is the same person. Two records are compared field by field; each agreement and each difference is evidence
/// whose weight was learned from the records themselves. What is not certain waits for a person; two records of one person are
/// merged by a person, and the merge can be undone.
///
/// Standards: FHIR R4 Patient `$match` and `Patient.link`; I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage" (1969).
/// Hazards: H-351 (two people are taken for one), H-352 (one person is taken for two), H-353 (a merge mixes two records), H-354
/// (an undone merge loses something), H-355 (a pair shows a record to somebody it does not concern), H-356 (weights are learned
/// from records that mislead), H-386 (a merge takes a protection away), H-387 (something stays with a record that nobody opens).
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "access",
            "api",
            "audit",
            "jobs",
            "page",
            "people",
            "settings",
            "store"
        })
package trellis.matching;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
