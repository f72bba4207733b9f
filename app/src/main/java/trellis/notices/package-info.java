/// Notices: telling somebody that something waits for them in Trellis. An inbox on their own pages, and after a while
/// unread, mail and text by a plan with fall-back. What leaves Trellis is a fixed sentence and an address, and never a word
/// of what waits.
///
/// Standards: NHS Notify (its states of a message and its routing plans), GOV.UK Notify API, SMTP (RFC 5321, RFC 3207),
/// UK Core contact preference. Hazards: H-361 (a message is not read in time), H-363 (what waits shows outside Trellis),
/// H-364 (somebody is not told, or told again and again).
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "consents",
            "page",
            "people",
            "settings",
            "store"
        })
package trellis.notices;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
