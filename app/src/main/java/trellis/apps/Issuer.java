package trellis.apps;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2AccessTokenGenerator;
import org.springframework.security.oauth2.server.authorization.web.authentication.JwtClientAssertionAuthenticationConverter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import trellis.access.Access;
import trellis.access.Passwords;
import trellis.access.SessionWatch;

/// Puts the authorization server together: the library's endpoints, with what SMART App Launch and the
/// NHS ask for beyond it.
@Configuration(proxyBeanMethods = false)
class Issuer {

    /// What the library's endpoints are told of this server.
    @Bean
    AuthorizationServerSettings authorizationServerSettings() {
        return AuthorizationServerSettings.builder().build();
    }

    /// What apps read before they begin, and who somebody is: small, and before the chains that would
    /// take these addresses for something else.
    @Bean
    @Order(-2)
    SecurityFilterChain smartChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher(SmartConfiguration.ADDRESS),
                new SmartConfiguration());
    }

    @Bean
    @Order(-1)
    SecurityFilterChain userInfoChain(GivenTokens tokens, TokenAnswers answers) {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher("/userinfo"),
                new UserInfo(tokens, answers));
    }

    @Bean
    @Order(0)
    SecurityFilterChain issuerChain(
            HttpSecurity http,
            DataSource database,
            Clock clock,
            Access access,
            Clients clients,
            AuthorizationSql authorizations,
            GivenConsents consents,
            IssuerKey key,
            TokenAnswers answers,
            ClientProofs proofs,
            LaunchRules rules) {
        var refusals = new Refusals();
        http.oauth2AuthorizationServer(server -> {
            http.securityMatcher(server.getEndpointsMatcher());
            server.registeredClientRepository(clients)
                    .authorizationService(authorizations)
                    .authorizationConsentService(consents)
                    .tokenGenerator(generator(key, answers))
                    .oidc(oidc -> {})
                    .clientAuthentication(client ->
                            client.authenticationConverters(
                                            converters -> {
                                                converters.removeIf(
                                                        JwtClientAssertionAuthenticationConverter
                                                                        .class
                                                                ::isInstance);
                                                converters.addFirst(ClientProofs::bare);
                                                converters.addFirst(proofs::assertion);
                                            })
                                    .authenticationProviders(providers -> {
                                        providers.addFirst(proofs.bare());
                                        providers.forEach(provider -> {
                                            if (provider
                                                    instanceof
                                                    JwtClientAssertionAuthenticationProvider
                                                            byAssertion) {
                                                byAssertion.setJwtDecoderFactory(proofs);
                                            }
                                        });
                                    })
                                    .errorResponseHandler(refusals))
                    .authorizationEndpoint(authorize ->
                            authorize
                                    .consentPage(ConsentPages.ADDRESS)
                                    .authenticationProviders(providers ->
                                            providers.forEach(provider -> ask(provider, rules))))
                    .tokenEndpoint(token ->
                            token.accessTokenResponseHandler(
                                            new TokenResponse(authorizations, answers))
                                    .errorResponseHandler(refusals)
                                    .accessTokenRequestConverters(
                                            converters -> converters.addFirst(rules::all))
                                    .authenticationProviders(providers ->
                                            providers.forEach(provider -> {
                                                if (provider
                                                        instanceof
                                                        OAuth2ClientCredentialsAuthenticationProvider
                                                                alone) {
                                                    alone.setAuthenticationValidator(rules::alone);
                                                }
                                            })))
                    .tokenIntrospectionEndpoint(introspect ->
                            introspect.introspectionResponseHandler(new Introspection()));
        });
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(refused ->
                        refused.defaultAuthenticationEntryPointFor(
                                        new LoginUrlAuthenticationEntryPoint("/sign-in"),
                                        PathPatternRequestMatcher.withDefaults()
                                                .matcher("/oauth2/authorize"))
                                .defaultAuthenticationEntryPointFor(
                                        new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED),
                                        AnyRequestMatcher.INSTANCE))
                // In this order: the second stands behind the first, the library behind both.
                .addFilterAfter(new Named(access), SecurityContextHolderFilter.class)
                .addFilterBefore(SessionWatch.over(database, clock), Named.class)
                .build();
    }

    private static void ask(Object provider, LaunchRules rules) {
        if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider request) {
            request.setAuthenticationValidator(rules::request);
            request.setAuthorizationConsentRequired(rules::needsConsent);
        }
        if (provider instanceof OAuth2AuthorizationConsentAuthenticationProvider consent) {
            consent.setAuthorizationConsentCustomizer(rules::consent);
        }
    }

    private static DelegatingOAuth2TokenGenerator generator(IssuerKey key, TokenAnswers answers) {
        var identity = new JwtGenerator(new NimbusJwtEncoder(key));
        identity.setJwtCustomizer(answers::identity);
        return new DelegatingOAuth2TokenGenerator(
                identity, new OAuth2AccessTokenGenerator(), answers);
    }

    /// Secrets of apps are hashed as passwords are.
    @Bean
    PasswordEncoder passwordEncoder() {
        return Passwords.encoder();
    }

    /// Before the library asks, whoever is signed in is called by the number of their account, under
    /// which it keeps what they consent to: names are not one's own.
    private static final class Named extends OncePerRequestFilter {
        private final Access access;

        private Named(Access access) {
            this.access = access;
        }

        @Override
        protected void doFilterInternal(
                HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            access.present()
                    .filter(caller -> caller.account() != 0)
                    .ifPresentOrElse(
                            caller ->
                                    SecurityContextHolder.setContext(
                                            new SecurityContextImpl(
                                                    UsernamePasswordAuthenticationToken
                                                            .authenticated(
                                                                    Long.toString(caller.account()),
                                                                    null,
                                                                    List.of(factor())))),
                            // Whoever owes a second step is nobody yet.
                            SecurityContextHolder::clearContext);
            chain.doFilter(request, response);
        }

        /// When they signed in, as far as the library wants to know it.
        private GrantedAuthority factor() {
            return FactorGrantedAuthority.withAuthority(FactorGrantedAuthority.PASSWORD_AUTHORITY)
                    .issuedAt(access.since())
                    .build();
        }
    }
}
