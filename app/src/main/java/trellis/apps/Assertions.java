package trellis.apps;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Checks the signed assertion by which an app proves that it is itself (RFC 7523; SMART backend
/// services; the NHS's application-restricted pattern, whose refusals these are to the letter). Each
/// assertion is good once.
@Component
final class Assertions {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MOST_LETTERS = 8_000;
    private static final Set<JWSAlgorithm> NHS = Set.of(JWSAlgorithm.RS512);
    private static final Set<JWSAlgorithm> SMART = Set.of(JWSAlgorithm.RS384, JWSAlgorithm.ES384);

    private final Apps apps;
    private final Map<String, JWKSource<SecurityContext>> fetched = new ConcurrentHashMap<>();

    Assertions(Apps apps) {
        this.apps = apps;
    }

    /// An assertion that is good.
    ///
    /// @param app who made it
    /// @param jwt what it says
    record Good(App app, SignedJWT jwt) {}

    /// Checks an assertion and uses it up.
    ///
    /// @param endpoints what it may be addressed to
    Good accept(String assertion, Set<String> endpoints) {
        var good = check(assertion, endpoints);
        var claims = claims(good.jwt());
        var until = Instant.ofEpochSecond(requireNonNull((Number) claims.get("exp")).longValue());
        var name = AuthorizationSql.hash("jti " + good.app().id() + " " + claims.get("jti"));
        var hash = name.getBytes(StandardCharsets.US_ASCII);
        if (!apps.sql().spend(hash, "", until.plusSeconds(60), apps.clock().instant())) {
            throw Refusals.refused(400, "Non-unique 'jti' claim in client_assertion JWT");
        }
        return good;
    }

    /// Checks an assertion.
    Good check(String assertion, Set<String> endpoints) {
        var jwt = parse(assertion);
        var claims = claims(jwt);
        var issuer = claims.get("iss");
        var app = issuer instanceof String id ? apps.app(id) : Optional.<App>empty();
        algorithm(jwt.getHeader().getAlgorithm(), app);
        if (jwt.getHeader().getKeyID() == null) {
            throw Refusals.refused(400, "Missing 'kid' header in client_assertion JWT");
        }
        var type = jwt.getHeader().getType();
        if (type == null || !type.getType().equals("JWT")) {
            throw Refusals.refused(
                    400, "Invalid 'typ' header in client_assertion JWT - must be 'JWT'");
        }
        if (issuer == null || !issuer.equals(claims.get("sub"))) {
            throw Refusals.refused(
                    400, "Missing or non-matching 'iss'/'sub' claims in client_assertion JWT");
        }
        identifier(claims.get("jti"));
        expiry(claims.get("exp"));
        audience(claims.get("aud"), endpoints);
        var known =
                app.orElseThrow(() ->
                        Refusals.refused(
                                401, "Invalid 'iss'/'sub' claims in client_assertion JWT"));
        verify(jwt, known);
        return new Good(known, jwt);
    }

    private static SignedJWT parse(String assertion) {
        try {
            if (assertion.length() > MOST_LETTERS) {
                throw new ParseException("too long", 0);
            }
            // An unsigned one says so in a header that SignedJWT does not read.
            var header = new Base64URL(assertion.split("\\.", 2)[0]).decodeToString();
            if ("none".equals(JSONObjectUtils.parse(header).get("alg"))) {
                throw wrongAlgorithm(NHS);
            }
            var jwt = SignedJWT.parse(assertion);
            if (jwt.getPayload().toJSONObject() != null) {
                return jwt;
            }
        } catch (ParseException | IllegalArgumentException e) {
            // Refused below.
        }
        throw Refusals.refused(400, "Malformed JWT in client_assertion");
    }

    private static Map<String, Object> claims(SignedJWT jwt) {
        return jwt.getPayload().toJSONObject();
    }

    private static void algorithm(JWSAlgorithm algorithm, Optional<App> app) {
        var kinds =
                app.filter(known -> known.kind() != App.Kind.RESTRICTED).isPresent() ? SMART : NHS;
        if (!kinds.contains(algorithm)) {
            throw wrongAlgorithm(kinds);
        }
    }

    private static RuntimeException wrongAlgorithm(Set<JWSAlgorithm> kinds) {
        return Refusals.refused(
                400,
                "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - must be "
                        + (kinds.equals(NHS) ? "'RS512'" : "'RS384' or 'ES384'"));
    }

    private static void identifier(@Nullable Object identifier) {
        if (identifier == null) {
            throw Refusals.refused(400, "Missing 'jti' claim in client_assertion JWT");
        }
        if (!(identifier instanceof String text) || text.isBlank()) {
            throw Refusals.refused(
                    400,
                    "Invalid 'jti' claim in client_assertion JWT - must be a unique string value such"
                            + " as a GUID");
        }
    }

    private void expiry(@Nullable Object expiry) {
        if (expiry == null) {
            throw Refusals.refused(400, "Missing 'exp' claim in client_assertion JWT");
        }
        if (!(expiry instanceof Long || expiry instanceof Integer)) {
            throw Refusals.refused(
                    400, "Invalid 'exp' claim in client_assertion JWT - must be an integer");
        }
        var at = ((Number) expiry).longValue();
        var now = apps.clock().instant().getEpochSecond();
        if (at <= now) {
            throw Refusals.refused(
                    400, "Invalid 'exp' claim in client_assertion JWT - JWT has expired");
        }
        if (at > now + LONGEST.toSeconds()) {
            throw Refusals.refused(
                    400,
                    "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future");
        }
    }

    private static void audience(@Nullable Object audience, Set<String> endpoints) {
        var named =
                audience instanceof List<?> several ? several : List.of(String.valueOf(audience));
        if (named.size() != 1 || !endpoints.contains(String.valueOf(named.getFirst()))) {
            throw Refusals.refused(401, "Missing or invalid 'aud' claim in client_assertion JWT");
        }
    }

    private void verify(SignedJWT jwt, App app) {
        var key = key(jwt, app);
        try {
            var verifier =
                    key instanceof ECKey curve
                            ? new ECDSAVerifier(curve)
                            : new RSASSAVerifier((RSAKey) key);
            if (verifier.supportedJWSAlgorithms().contains(jwt.getHeader().getAlgorithm())
                    && jwt.verify(verifier)) {
                return;
            }
        } catch (JOSEException | ClassCastException e) {
            // Refused below.
        }
        throw Refusals.refused(401, "public_key error", "JWT signature verification failed");
    }

    private JWK key(SignedJWT jwt, App app) {
        var kid = jwt.getHeader().getKeyID();
        var keys = app.keys();
        if (keys.set().isEmpty() && keys.address().isEmpty()) {
            throw Refusals.refused(
                    403,
                    "public_key error",
                    "You need to register a public key to use this authentication method - please"
                            + " contact support to configure");
        }
        try {
            var found =
                    keys.set().isEmpty()
                            ? source(keys.address())
                                    .get(
                                            new JWKSelector(
                                                    new JWKMatcher.Builder().keyID(kid).build()),
                                            null)
                            : Optional.ofNullable(JWKSet.parse(keys.set()).getKeyByKeyId(kid))
                                    .map(List::of)
                                    .orElse(List.of());
            if (found.isEmpty()) {
                throw Refusals.refused(
                        401,
                        "Invalid 'kid' header in client_assertion JWT - no matching public key");
            }
            return found.getFirst();
        } catch (ParseException | KeySourceException e) {
            throw Refusals.refused(
                    403,
                    "public_key error",
                    "The JWKS endpoint, for your client_assertion can't be reached");
        }
    }

    private JWKSource<SecurityContext> source(String address) {
        return fetched.computeIfAbsent(
                address,
                from -> {
                    try {
                        return JWKSourceBuilder.create(URI.create(from).toURL())
                                .retrying(true)
                                .build();
                    } catch (MalformedURLException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
