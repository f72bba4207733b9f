/// Access: who is calling, in which role, and what that role may do. Sign-in, sessions, bearer
/// tokens, open mode, accounts, and the table of permissions.
///
/// Standards: FHIR R4 security, RFC 6750 (bearer tokens). Hazards: H-201 (a record is shown to
/// somebody who may not see it), H-202 (somebody who must see it is shut out).
@NullMarked
@ApplicationModule(allowedDependencies = {"settings", "store"})
package trellis.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
