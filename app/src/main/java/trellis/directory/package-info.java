/// The directory: organisations, their sites, what belongs to what, what took whose place, when they are open, and who works
/// there. It comes from the published lists, and is FHIR like everything else: `/fhir/Organization` finds it too.
///
/// Standards: Organisation Data Service (ODS) codes and roles, FHIR R4 Organization, OrganizationAffiliation, Location,
/// HealthcareService. Hazards: H-331 (a letter or referral goes to an organisation that is closed).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "jobs", "page", "settings", "store"})
package trellis.directory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
