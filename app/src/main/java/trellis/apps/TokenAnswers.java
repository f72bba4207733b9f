package trellis.apps;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.stereotype.Component;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Role;

/// What goes with a token: who the person is, which patient it is about, and whether it may be renewed.
@Component
final class TokenAnswers implements OAuth2TokenGenerator<OAuth2Token> {
    private static final Base64StringKeyGenerator RANDOM =
            new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 48);

    private final Accounts accounts;
    private final Contexts contexts;
    private final Apps apps;

    TokenAnswers(Accounts accounts, Contexts contexts, Apps apps) {
        this.accounts = accounts;
        this.contexts = contexts;
        this.apps = apps;
    }

    /// A refresh token, for apps that were let go on; also for public ones, since each is good once.
    @Override
    public @Nullable OAuth2Token generate(OAuth2TokenContext context) {
        if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())
                || !ScopeRules.lasts(context.getAuthorizedScopes())) {
            return null;
        }
        var now = apps.clock().instant();
        var life =
                context.getAuthorizedScopes().contains(ScopeRules.OFFLINE)
                        ? context.getRegisteredClient()
                                .getTokenSettings()
                                .getRefreshTokenTimeToLive()
                        : Duration.ofHours(12);
        return new OAuth2RefreshToken(RANDOM.generateKey(), now, now.plus(life));
    }

    /// Adds who the person is to an identity token.
    void identity(JwtEncodingContext context) {
        var principal = requireNonNull(context.<Authentication>getPrincipal());
        if (context.getTokenType().getValue().equals("id_token")) {
            person(principal.getName())
                    .ifPresent(person ->
                            claims(
                                            person,
                                            context.getAuthorizedScopes(),
                                            context.getAuthorizationServerContext().getIssuer())
                                    .forEach(context.getClaims()::claim));
        }
    }

    Optional<Account> person(String account) {
        return Contexts.number(account).flatMap(accounts::numbered);
    }

    /// What may be said of a person: for patients as NHS login says it, for staff as the Care Identity
    /// Service does.
    static Map<String, Object> claims(Account account, Set<String> scopes, String issuer) {
        var person = account.person();
        var self = person.self();
        var claims = new LinkedHashMap<String, Object>();
        if (scopes.contains("profile")) {
            claims.put("name", person.name());
        }
        if (person.role() == Role.PATIENT) {
            claims.put(
                    "vot", self.level() + ".Cp" + (self.level().name().equals("P0") ? "" : ".Cd"));
            claims.put("vtm", issuer + "/trustmark");
            if (scopes.contains("profile")) {
                claims.put("identity_proofing_level", self.level().name());
            }
            if (scopes.contains("fhirUser")) {
                claims.put("fhirUser", issuer + "/fhir/Patient/" + self.patient());
            }
        } else if (!self.profile().id().isEmpty()) {
            claims.put("nhsid_useruid", self.profile().userId());
            claims.put("selected_roleid", self.profile().id());
            // Lists and maps that the library knows how to keep.
            var role = new LinkedHashMap<String, Object>();
            role.put("person_roleid", self.profile().id());
            role.put("role_code", self.profile().roleCode());
            role.put("role_name", person.role().words());
            role.put("org_code", person.odsCode());
            claims.put("nhsid_nrbac_roles", new ArrayList<>(List.of(role)));
        }
        return claims;
    }

    /// What SMART adds to the answer of the token endpoint.
    Map<String, Object> context(OAuth2Authorization authorization) {
        var more = new LinkedHashMap<String, Object>();
        if (ScopeRules.needsPatient(authorization.getAuthorizedScopes())
                || authorization.getAuthorizedScopes().contains(ScopeRules.LAUNCH)) {
            contexts.of(authorization)
                    .ifPresent(context -> {
                        more.put("patient", context.patient());
                        context.encounter()
                                .ifPresent(encounter -> more.put("encounter", encounter));
                        more.put("need_patient_banner", true);
                    });
        }
        return more;
    }
}
