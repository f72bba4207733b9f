package trellis.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.security.web.webauthn.jackson.WebauthnJacksonModule;
import org.springframework.security.web.webauthn.management.ImmutablePublicKeyCredentialCreationOptionsRequest;
import org.springframework.security.web.webauthn.management.ImmutablePublicKeyCredentialRequestOptionsRequest;
import org.springframework.security.web.webauthn.management.ImmutableRelyingPartyRegistrationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyAuthenticationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyPublicKey;
import org.springframework.security.web.webauthn.management.Webauthn4JRelyingPartyOperations;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import trellis.access.Account;
import trellis.access.Accounts;

/// The door of passkeys (W3C Web Authentication): a key pair on a person's device, which the device uses only
/// after it has recognised them, and only for the site it was made for. One is a whole sign-in.
///
/// The relying party is the host that the browser asked. A site that only pretends to be this one has
/// another host, for which no device holds a key; so the host need not be set.
@Component
public final class Signin {
    private static final Logger LOG = LoggerFactory.getLogger(Signin.class);
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new WebauthnJacksonModule()).build();

    private static final AnonymousAuthenticationToken NOBODY =
            new AnonymousAuthenticationToken(
                    "nobody", "nobody", AuthorityUtils.createAuthorityList("nobody"));

    private final PasskeySql sql;
    private final Accounts accounts;

    Signin(DataSource database, Accounts accounts) {
        this.sql = PasskeySql.of(database);
        this.accounts = accounts;
    }

    /// A passkey as its owner sees it.
    ///
    /// @param id in base64url
    /// @param label what the owner calls it
    /// @param created when it was made
    /// @param used when it signed in last
    public record Passkey(String id, String label, Instant created, Instant used) {}

    /// Somebody's passkeys, the oldest first.
    List<Passkey> of(Account account) {
        var owner = sql.owners().findByUsername(account.person().signIn());
        return owner == null
                ? List.of()
                : sql.keys().findByUserId(owner.getId()).stream()
                        .map(key ->
                                new Passkey(
                                        key.getCredentialId().toBase64UrlString(),
                                        key.getLabel(),
                                        key.getCreated(),
                                        key.getLastUsed()))
                        .sorted(Comparator.comparing(Passkey::created))
                        .toList();
    }

    /// What a browser needs to make a passkey.
    PublicKeyCredentialCreationOptions creation(Account account, HttpServletRequest request) {
        var owner =
                UsernamePasswordAuthenticationToken.authenticated(
                        account.person().signIn(), "", List.of());
        return party(request)
                .createPublicKeyCredentialCreationOptions(
                        new ImmutablePublicKeyCredentialCreationOptionsRequest(owner));
    }

    /// Keeps a passkey that a browser made.
    ///
    /// @return false when it is not what was asked for
    boolean register(
            PublicKeyCredentialCreationOptions asked,
            String credential,
            String label,
            HttpServletRequest request) {
        try {
            PublicKeyCredential<AuthenticatorAttestationResponse> made =
                    JSON.readValue(credential, new TypeReference<>() {});
            party(request)
                    .registerCredential(
                            new ImmutableRelyingPartyRegistrationRequest(
                                    asked, new RelyingPartyPublicKey(made, label)));
            return true;
        } catch (RuntimeException e) {
            LOG.info("A passkey was not taken: {}", e.getClass().getSimpleName());
            return false;
        }
    }

    /// What a browser needs to sign in with whichever passkey its owner chooses.
    PublicKeyCredentialRequestOptions request(HttpServletRequest request) {
        return party(request)
                .createCredentialRequestOptions(
                        new ImmutablePublicKeyCredentialRequestOptionsRequest(NOBODY));
    }

    /// Whom a passkey lets in; empty for nobody.
    Optional<Account> account(
            PublicKeyCredentialRequestOptions asked,
            String credential,
            HttpServletRequest request) {
        try {
            PublicKeyCredential<AuthenticatorAssertionResponse> shown =
                    JSON.readValue(credential, new TypeReference<>() {});
            var owner =
                    party(request)
                            .authenticate(new RelyingPartyAuthenticationRequest(asked, shown));
            return accounts.named(owner.getName()).filter(account -> !account.disabled());
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.info("A passkey let nobody in: {}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /// Forgets a passkey of somebody's own; one of somebody else's stays.
    ///
    /// @param id in base64url
    void remove(Account account, String id) {
        of(account).stream()
                .filter(key -> key.id().equals(id))
                .forEach(key -> sql.keys().delete(Bytes.fromBase64(key.id())));
    }

    /// Options as the browser reads them.
    static String json(Object options) {
        return JSON.writeValueAsString(options);
    }

    /// The device must recognise its owner, by a finger, a face or a number of its own.
    private Webauthn4JRelyingPartyOperations party(HttpServletRequest request) {
        var host = request.getServerName();
        var party =
                new Webauthn4JRelyingPartyOperations(
                        sql.owners(),
                        sql.keys(),
                        PublicKeyCredentialRpEntity.builder().id(host).name("Trellis").build(),
                        Set.of(
                                UriComponentsBuilder.fromUri(
                                                URI.create(request.getRequestURL().toString()))
                                        .replacePath(null)
                                        .toUriString()));
        party.setCustomizeCreationOptions(options ->
                options.authenticatorSelection(
                        AuthenticatorSelectionCriteria.builder()
                                .residentKey(ResidentKeyRequirement.REQUIRED)
                                .userVerification(UserVerificationRequirement.REQUIRED)
                                .build()));
        party.setCustomizeRequestOptions(
                options -> options.userVerification(UserVerificationRequirement.REQUIRED));
        return party;
    }
}
