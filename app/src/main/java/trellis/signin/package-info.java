/// Signing in by more than a password: second steps, passkeys, and everybody's page of how they sign in.
///
/// Standards: RFC 6238 (TOTP), W3C Web Authentication Level 2. Hazards: H-201 (a record is shown to
/// somebody who may not see it), H-202 (somebody who must see it is shut out).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "store"})
package trellis.signin;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
