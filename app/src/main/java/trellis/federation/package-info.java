/// Sign-in by somebody else: an OpenID Connect issuer of the organisation, the Care Identity Service, NHS
/// login. Who they say somebody is becomes an account here, and their access tokens are read at the API.
///
/// Standards: OpenID Connect Core 1.0 and Discovery 1.0; RFC 6749, RFC 7636 (PKCE), RFC 7523 (`private_key_jwt`),
/// RFC 8725 (JWT practice), RFC 9068 (JWT access tokens), RFC 8485 (vectors of trust). Hazards: H-201 (a record
/// is shown to somebody who may not see it), H-202 (somebody who must see it is shut out).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "page", "people", "settings"})
package trellis.federation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
