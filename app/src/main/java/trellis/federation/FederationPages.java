package trellis.federation;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import trellis.federation.FederationRules.Reason;
import trellis.page.PageController;

/// What is left when signing in elsewhere cannot begin.
@PageController
final class FederationPages {

    /// Only reached when the issuer did not answer: else the chain before it has sent the browser there.
    @GetMapping(Federation.BEGIN)
    ResponseEntity<byte[]> away() {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/sign-in?refused=" + Reason.AWAY.code()))
                .build();
    }
}
