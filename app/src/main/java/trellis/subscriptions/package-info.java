/// Subscriptions: telling another system what was written, soon, in order, and not once too few. Topics say what can be told,
/// Subscriptions who wants to know it and how: a rest-hook, a websocket, mail.
///
/// Standards: FHIR Subscriptions R5 Backport 1.1.0 for R4, FHIR R4 Subscription. Hazards: H-412 (somebody is told of what they may
/// not see), H-413 (what happened is not told, or in the wrong order), H-414 (this server is made to call where it must not),
/// H-415 (who is told does not notice that telling has stopped), H-416 (the secret of a receiver is read).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "audit", "notices", "settings", "store"})
package trellis.subscriptions;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
