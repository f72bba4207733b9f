package trellis.apps;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.stereotype.Component;

/// What people let apps do, as the authorization server's library asks for it.
@Component
final class GivenConsents implements OAuth2AuthorizationConsentService {
    private final Apps apps;

    GivenConsents(Apps apps) {
        this.apps = apps;
    }

    @Override
    public void save(OAuth2AuthorizationConsent consent) {
        apps.sql()
                .consent(
                        consent.getRegisteredClientId(),
                        consent.getPrincipalName(),
                        consent.getScopes(),
                        apps.clock().instant());
    }

    @Override
    public void remove(OAuth2AuthorizationConsent consent) {
        apps.sql().takeBack(consent.getRegisteredClientId(), consent.getPrincipalName());
    }

    @Override
    public @Nullable OAuth2AuthorizationConsent findById(String app, String account) {
        var scopes = apps.sql().consent(app, account);
        if (scopes.isEmpty()) {
            return null;
        }
        var consent = OAuth2AuthorizationConsent.withId(app, account);
        scopes.forEach(consent::scope);
        return consent.build();
    }
}
