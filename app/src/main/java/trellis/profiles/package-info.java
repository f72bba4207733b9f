/// Profiles: whether a resource keeps to the profiles of UK Core, of R4 and of this server's own StructureDefinitions, asked by
/// `$validate` and held on every road in where a setting says so. The only package that knows HL7's validator, which is read when it
/// is first needed.
///
/// Standards: FHIR R4 resource-operation-validate.html and profiling.html, UK Core STU2. Hazards: H-417 (valid is taken for right),
/// H-418 (a profile is not what was checked), H-419 (a validation starves the rest), H-420 (what is enforced refuses care).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "settings", "store", "terminology"})
package trellis.profiles;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
