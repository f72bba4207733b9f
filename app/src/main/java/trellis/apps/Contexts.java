package trellis.apps;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.stereotype.Component;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Persons;
import trellis.access.Role;

/// What an app is launched about: the patient, and perhaps the encounter.
@Component
final class Contexts {
    /// A launch is opened at once or not at all.
    static final Duration LAUNCH = Duration.ofMinutes(5);

    private static final String FOR_LAUNCH = "launch";

    private final Apps apps;
    private final IssuerKey key;
    private final Accounts accounts;
    private final Persons persons;

    Contexts(Apps apps, IssuerKey key, Accounts accounts, Persons persons) {
        this.apps = apps;
        this.key = key;
        this.accounts = accounts;
        this.persons = persons;
    }

    /// @param patient id of the patient
    /// @param encounter id of the encounter, if there is one
    record Context(String patient, Optional<String> encounter) {}

    /// What the page of a record hands to an app: sealed, for one person, one app, five minutes.
    String launch(Caller caller, App app, Context about) {
        try {
            var claims =
                    new JWTClaimsSet.Builder()
                            .subject(Long.toString(caller.account()))
                            .audience(FOR_LAUNCH + " " + app.id())
                            .jwtID(UUID.randomUUID().toString())
                            .claim("patient", about.patient())
                            .claim("encounter", about.encounter().orElse(null))
                            .expirationTime(Date.from(apps.clock().instant().plus(LAUNCH)))
                            .build();
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims);
            jwt.sign(new RSASSASigner(key.rsa()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Reads what [#launch] made; empty when it is for somebody else, for another app, or too old.
    Optional<Context> opened(String launch, String account, String app) {
        try {
            var jwt = SignedJWT.parse(launch);
            var claims = jwt.getJWTClaimsSet();
            var good =
                    jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
                            && jwt.verify(new RSASSAVerifier(key.rsa().toRSAPublicKey()))
                            && account.equals(claims.getSubject())
                            && claims.getAudience().contains(FOR_LAUNCH + " " + app);
            if (!good) {
                return Optional.empty();
            }
            return Optional.of(
                    new Context(
                            claims.getStringClaim("patient"),
                            Optional.ofNullable(claims.getStringClaim("encounter"))));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether a launch is still fresh.
    boolean fresh(String launch) {
        try {
            var until = SignedJWT.parse(launch).getJWTClaimsSet().getExpirationTime();
            return until != null && until.toInstant().isAfter(apps.clock().instant());
        } catch (ParseException e) {
            return false;
        }
    }

    /// What an authorization is about: what was chosen, or what it was launched with, or the person
    /// themselves.
    Optional<Context> of(OAuth2Authorization authorization) {
        var chosen = apps.sql().context(authorization.getId());
        return chosen.map(patient -> new Context(patient, Optional.empty()))
                .or(() -> launched(authorization))
                .or(() ->
                        self(authorization.getPrincipalName())
                                .map(own -> new Context(own, Optional.empty())));
    }

    private Optional<Context> launched(OAuth2Authorization authorization) {
        OAuth2AuthorizationRequest request =
                authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
        return Optional.ofNullable(request)
                .map(sent -> sent.getAdditionalParameters().get(FOR_LAUNCH))
                .flatMap(launch ->
                        opened(
                                launch.toString(),
                                authorization.getPrincipalName(),
                                authorization.getRegisteredClientId()));
    }

    /// The id of a person's own patient, by the number of their account.
    Optional<String> self(String account) {
        return number(account)
                .flatMap(accounts::numbered)
                .filter(one -> one.person().role() == Role.PATIENT)
                .map(one -> one.caller(Caller.Came.APP))
                .flatMap(persons::self);
    }

    static Optional<Long> number(String account) {
        return account.matches("\\d{1,18}")
                ? Optional.of(Long.parseLong(account))
                : Optional.empty();
    }
}
