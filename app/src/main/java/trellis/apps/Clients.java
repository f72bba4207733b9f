package trellis.apps;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.stereotype.Component;

/// Registered apps as the authorization server's library sees them.
@Component
final class Clients implements RegisteredClientRepository {
    /// As the NHS gives them: a stolen token is soon of no use.
    static final Duration ACCESS = Duration.ofMinutes(10);

    private static final Duration CODE = Duration.ofMinutes(1);
    private static final Duration REFRESH = Duration.ofDays(90);

    private final Apps apps;

    Clients(Apps apps) {
        this.apps = apps;
    }

    @Override
    public void save(RegisteredClient client) {
        throw new UnsupportedOperationException("apps are registered by `trellis app`");
    }

    /// Also one that is disabled: what was granted to it is still read, and refused elsewhere.
    @Override
    public @Nullable RegisteredClient findById(String id) {
        return apps.sql().byId(id).map(Clients::client).orElse(null);
    }

    @Override
    public @Nullable RegisteredClient findByClientId(String id) {
        return apps.sql()
                .byId(id)
                .filter(locked -> !locked.app().disabled())
                .map(Clients::client)
                .orElse(null);
    }

    private static RegisteredClient client(AppSql.Locked locked) {
        var app = locked.app();
        var settings = ClientSettings.builder().requireProofKey(!app.kind().alone());
        settings.requireAuthorizationConsent(true);
        // Which of the algorithms it is stands with the assertion; this says that it is a key's.
        settings.tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS512);
        var client =
                RegisteredClient.withId(app.id())
                        .clientId(app.id())
                        .clientName(app.name())
                        .redirectUris(all -> all.addAll(app.redirects()))
                        .scopes(all -> all.addAll(app.scopes().all()))
                        .tokenSettings(
                                TokenSettings.builder()
                                        .accessTokenFormat(OAuth2TokenFormat.REFERENCE)
                                        .authorizationCodeTimeToLive(CODE)
                                        .accessTokenTimeToLive(ACCESS)
                                        .refreshTokenTimeToLive(REFRESH)
                                        .reuseRefreshTokens(false)
                                        .build());
        if (!app.keys().certificate().isEmpty()) {
            settings.x509CertificateSubjectDN(app.keys().certificate());
            client.clientAuthenticationMethod(ClientAuthenticationMethod.TLS_CLIENT_AUTH);
        }
        if (!locked.secret().isEmpty()) {
            client.clientSecret(locked.secret())
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        }
        if (app.kind() == App.Kind.PUBLIC) {
            client.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
        } else {
            client.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        }
        if (app.kind().alone()) {
            client.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
        } else {
            client.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN);
        }
        return client.clientSettings(settings.build()).build();
    }
}
