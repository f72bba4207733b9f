/// Apps: what people and machines use beside this server's own pages, how they are let in (OAuth 2.0,
/// OpenID Connect, SMART App Launch), and what was granted to them.
///
/// Standards: RFC 6749, RFC 7009, RFC 7523, RFC 7636, RFC 7662, RFC 9700; OpenID Connect Core 1.0; SMART
/// App Launch 2.2; the application-restricted pattern of the NHS. Hazards: H-201 (a record is shown to
/// somebody who may not see it).
@NullMarked
@ApplicationModule(
        allowedDependencies = {"access", "audit", "jobs", "page", "people", "settings", "store"})
package trellis.apps;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
