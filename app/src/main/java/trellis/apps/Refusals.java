package trellis.apps;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import tools.jackson.databind.node.JsonNodeFactory;

/// Refusals of the token endpoint (RFC 6749, section 5.2), with the words and statuses of the NHS's own
/// where it has some.
final class Refusals implements AuthenticationFailureHandler {

    /// An error that has a status of its own.
    static final class Fault extends OAuth2Error {
        private static final long serialVersionUID = 1;

        private final int status;

        private Fault(int status, String code, String description) {
            super(code, description, null);
            this.status = status;
        }
    }

    static OAuth2AuthenticationException refused(int status, String description) {
        return refused(status, "invalid_request", description);
    }

    static OAuth2AuthenticationException refused(int status, String code, String description) {
        return new OAuth2AuthenticationException(new Fault(status, code, description));
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException failure)
            throws IOException {
        var error =
                failure instanceof OAuth2AuthenticationException known
                        ? known.getError()
                        : new OAuth2Error("server_error");
        var json = JsonNodeFactory.instance.objectNode();
        json.put("error", error.getErrorCode());
        Optional.ofNullable(error.getDescription())
                .ifPresent(text -> json.put("error_description", text));
        json.put("message_id", UUID.randomUUID().toString());
        response.setStatus(status(error));
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        if (response.getStatus() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"trellis\"");
        }
        response.getOutputStream().write(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static int status(OAuth2Error error) {
        if (error instanceof Fault fault) {
            return fault.status;
        }
        return error.getErrorCode().equals("invalid_client") ? 401 : 400;
    }
}
