/// @Name@: what it is for, for whom, in one sentence.
///
/// Standards: FHIR R4 and which resources. Hazards: none yet; docs/hazards.md numbers them.
@NullMarked
@ApplicationModule(allowedDependencies = {"settings", "store"})
package trellis.@name@;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
