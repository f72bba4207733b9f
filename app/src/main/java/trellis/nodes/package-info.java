/// Nodes: how servers of several organisations meet. Each knows the others by name, address and certificate; whoever asks across says
/// who they are, for which organisation and for which person in a signed assertion that lives for a minute, and the node that is
/// asked decides by its own rules.
///
/// Standards: mutual TLS (RFC 8446, RFC 8705), JWT (RFC 7519, x5c of RFC 7515), the claims of IHE IUA; FHIR R4 between nodes. Hazards:
/// H-371 (a node that is away is taken for one that has nothing), H-372 (somebody sees across nodes what they may not).
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
package trellis.nodes;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
