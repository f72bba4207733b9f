package trellis.federation;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.stereotype.Component;
import trellis.access.Sessions;
import trellis.federation.FederationRules.Reason;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// Puts the sign-in by another issuer together: the library's code flow (with PKCE, `state` and `nonce`), at the end of
/// which a session of this server begins. Nothing of the issuer is kept: neither tokens nor claims, which go with
/// the session in which they came.
@Configuration(proxyBeanMethods = false)
class FederationConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(FederationConfiguration.class);
    private static final String WITH = "/sign-in/with";
    private static final String BACK = "/sign-in/back";
    private static final String REGISTRATION = "issuer";

    /// What the issuer says of itself, asked for when it is first needed and kept: it may be away when this server
    /// starts.
    @Component
    static final class Registrations implements ClientRegistrationRepository {
        private final FederationSettings settings;
        private volatile Optional<ClientRegistration> known = Optional.empty();

        Registrations(Settings settings) {
            this.settings = FederationSettings.from(settings);
        }

        @Override
        public ClientRegistration findByRegistrationId(String id) {
            return issuer();
        }

        /// @throws IllegalArgumentException when it does not answer, or not as an issuer does
        synchronized ClientRegistration issuer() {
            if (known.isEmpty()) {
                var client = settings.client();
                var made =
                        ClientRegistrations.fromIssuerLocation(settings.issuer())
                                .registrationId(REGISTRATION)
                                .clientId(client.id())
                                .clientSecret(client.secret())
                                .redirectUri("{baseUrl}" + BACK)
                                .scope(client.scopes());
                if (!client.key().isEmpty()) {
                    made.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
                }
                known = Optional.of(made.build());
            }
            return known.orElseThrow();
        }
    }

    /// Its tokens are signed with the one algorithm that was agreed, whatever they say themselves.
    @Bean
    JwtDecoderFactory<ClientRegistration> identityDecoders(Settings settings) {
        var decoders = new OidcIdTokenDecoderFactory();
        var algorithm = SignatureAlgorithm.from(FederationSettings.from(settings).algorithm());
        decoders.setJwsAlgorithmResolver(_ -> requireNonNull(algorithm));
        return decoders;
    }

    @Bean
    @Order(-3)
    SecurityFilterChain federationChain(
            HttpSecurity http,
            Settings all,
            Registrations registrations,
            Federation federation,
            Sessions sessions) {
        var settings = FederationSettings.from(all);
        if (!settings.on()) {
            return new DefaultSecurityFilterChain(_ -> false);
        }
        var users = new OidcUserService();
        users.setRetrieveUserInfo(request ->
                !String.valueOf(
                                request.getClientRegistration()
                                        .getProviderDetails()
                                        .getUserInfoEndpoint()
                                        .getUri())
                        .isBlank());
        return http.securityMatcher(WITH + "/*", BACK)
                .securityContext(context ->
                        context.securityContextRepository(
                                new RequestAttributeSecurityContextRepository()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .oauth2Login(login ->
                        login.clientRegistrationRepository(registrations)
                                .authorizedClientRepository(
                                        new HttpSessionOAuth2AuthorizedClientRepository())
                                .authorizationEndpoint(begin ->
                                        begin.authorizationRequestResolver(
                                                resolver(settings, registrations)))
                                .redirectionEndpoint(back -> back.baseUri(BACK))
                                .loginProcessingUrl(BACK)
                                .tokenEndpoint(
                                        token -> token.accessTokenResponseClient(codes(settings)))
                                .userInfoEndpoint(info -> info.oidcUserService(users))
                                .successHandler((request, response, said) ->
                                        arrived(federation, sessions, request, response, said))
                                .failureHandler((request, response, failure) -> {
                                    LOG.info(
                                            "A sign-in by the issuer did not succeed: {}",
                                            failure.getClass().getSimpleName());
                                    refuse(sessions, Reason.FAILED, request, response);
                                }))
                .build();
    }

    private static void arrived(
            Federation federation,
            Sessions sessions,
            HttpServletRequest request,
            HttpServletResponse response,
            Authentication said)
            throws IOException {
        var user = (OidcUser) requireNonNull(said.getPrincipal());
        switch (federation.account(String.valueOf(user.getSubject()), user.getClaims())) {
            case Federation.Known(var account) ->
                    response.sendRedirect(sessions.signIn(account, request, response).toString());
            case Federation.Unknown(var why) -> refuse(sessions, why, request, response);
        }
    }

    private static void refuse(
            Sessions sessions, Reason why, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        sessions.refused(Optional.empty(), request);
        sessions.end(request);
        response.sendRedirect("/sign-in?refused=" + why.code());
    }

    /// An issuer that is away ends in no error of the library: the page that follows says so.
    private static OAuth2AuthorizationRequestResolver resolver(
            FederationSettings settings, Registrations registrations) {
        var library = new DefaultOAuth2AuthorizationRequestResolver(registrations, WITH);
        library.setAuthorizationRequestCustomizer(
                OAuth2AuthorizationRequestCustomizers.withPkce()
                        .andThen(request -> ask(settings.people(), request)));
        return new OAuth2AuthorizationRequestResolver() {
            @Override
            public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
                try {
                    return request.getRequestURI().equals(Federation.BEGIN)
                            ? library.resolve(request)
                            : null;
                } catch (IllegalArgumentException | IllegalStateException e) {
                    LOG.warn("The issuer that signs people in does not answer");
                    return null;
                }
            }

            @Override
            public @Nullable OAuth2AuthorizationRequest resolve(
                    HttpServletRequest request, String id) {
                return resolve(request);
            }
        };
    }

    /// How strongly somebody has to show who they are.
    private static void ask(
            FederationSettings.People people, OAuth2AuthorizationRequest.Builder request) {
        switch (people.kind()) {
            case SIGN_IN -> {}
            case CIS2 ->
                    request.additionalParameters(
                            more -> more.put("acr_values", "AAL2_OR_AAL3_ANY"));
            case NHS_LOGIN -> request.additionalParameters(more -> more.put("vtr", people.trust()));
        }
    }

    private static RestClientAuthorizationCodeTokenResponseClient codes(
            FederationSettings settings) {
        var codes = new RestClientAuthorizationCodeTokenResponseClient();
        if (!settings.client().key().isEmpty()) {
            var key = key(settings.client().key());
            codes.addParametersConverter(
                    new NimbusJwtClientAuthenticationParametersConverter<
                            OAuth2AuthorizationCodeGrantRequest>(_ -> key));
        }
        return codes;
    }

    /// The private key of this server at the issuer. Its number there is the thumbprint of its public half (RFC 7638).
    static JWK key(String file) {
        try (var pem = Files.newInputStream(Path.of(file))) {
            var secret = (RSAPrivateCrtKey) requireNonNull(RsaKeyConverters.pkcs8().convert(pem));
            var half = new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent());
            var open = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(half);
            return new RSAKey.Builder(open)
                    .privateKey(secret)
                    .algorithm(JWSAlgorithm.RS512)
                    .keyIDFromThumbprint()
                    .build();
        } catch (IOException
                | IllegalArgumentException
                | ClassCastException
                | JOSEException
                | NoSuchAlgorithmException
                | InvalidKeySpecException e) {
            throw new SettingsRefused(
                    "TRELLIS_OIDC_CLIENT_KEY is not a file with a private RSA key (PEM, PKCS 8)");
        }
    }
}
