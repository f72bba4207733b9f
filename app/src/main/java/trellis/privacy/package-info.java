/// Privacy: what waits for whoever looks after it. A detector reads every access after it has happened
/// and puts those that look like snooping into a queue; people's questions about an entry go there too.
///
/// Standards: FHIR R4 security (audit review); the National Data Guardian's data security standard 4
/// (access by need). Hazards: H-201 (a record is shown to somebody who may not see it).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "people", "store"})
package trellis.privacy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
