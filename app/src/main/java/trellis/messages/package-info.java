/// Messages: the message exchange. Organisations' systems send files to each other's mailboxes, in pieces where they are
/// large, track them, collect and acknowledge them; what nobody collects comes back as a report. The national data
/// opt-out check is answered here as well: a list goes in, the same list without those who opted out comes back.
///
/// Standards: MESH API (versions 1 and 2 of its formats); National Data Opt-out list check over MESH. Hazards: H-301
/// (a message is lost, comes twice, or goes to the wrong place), H-384 (a message goes to a practice that no longer has the person).
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "consents",
            "jobs",
            "people",
            "settings",
            "store"
        })
package trellis.messages;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
