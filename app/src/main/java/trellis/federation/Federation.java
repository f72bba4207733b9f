package trellis.federation;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.stereotype.Component;
import trellis.access.Account;
import trellis.access.AccountRefused;
import trellis.access.Accounts;
import trellis.access.AppTokens;
import trellis.access.Believed;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.OtherSignIn;
import trellis.access.Passwords;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.federation.FederationRules.Named;
import trellis.federation.FederationRules.Nobody;
import trellis.federation.FederationRules.Person;
import trellis.federation.FederationRules.Reason;
import trellis.federation.FederationRules.User;
import trellis.people.Patient;
import trellis.people.People;
import trellis.settings.Settings;

/// The door of federation: whom another issuer names, as an account here.
@Component
public final class Federation implements AppTokens, OtherSignIn {
    /// Where signing in there begins.
    static final String BEGIN = "/sign-in/with/issuer";

    private static final Logger LOG = LoggerFactory.getLogger(Federation.class);
    private static final Pattern JWT =
            Pattern.compile(
                    "[A-Za-z0-9_-]{4,2000}\\.[A-Za-z0-9_-]{2,6000}\\.[A-Za-z0-9_-]{0,2000}");
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(10);

    private final FederationSettings settings;
    private final Accounts accounts;
    private final People people;
    private final Clock clock;
    private final Supplier<ClientRegistration> registration;
    private final Believed<String, Caller> believed = new Believed<>();
    private final JwtDecoder tokens = new SupplierJwtDecoder(this::decoder);

    Federation(
            Settings settings,
            Accounts accounts,
            People people,
            Clock clock,
            FederationConfiguration.Registrations registrations) {
        this.settings = FederationSettings.from(settings);
        this.accounts = accounts;
        this.people = people;
        this.clock = clock;
        this.registration = registrations::issuer;
    }

    /// Whom the claims of the issuer name here.
    sealed interface Answer {}

    /// An account that may be used.
    record Known(Account account) implements Answer {}

    /// Nobody, and why.
    record Unknown(Reason why) implements Answer {}

    /// Whom the claims of the issuer name here. Somebody known to NHS login whose record is here gets an account
    /// by it.
    Answer account(String subject, Map<String, Object> claims) {
        return switch (FederationRules.said(settings.people(), claims)) {
            case Named(var signIn) -> answer(named(subject, signIn), Reason.UNKNOWN);
            case User user -> user(user);
            case Person person -> answer(person(person), Reason.UNKNOWN);
            case Nobody(var why) -> new Unknown(why);
        };
    }

    private static Answer answer(Optional<Account> account, Reason otherwise) {
        return account.filter(known -> !known.disabled())
                .<Answer>map(Known::new)
                .orElseGet(() -> new Unknown(otherwise));
    }

    /// Once a subject has come, it is the same account whatever it is called there later, and nobody else of that
    /// name comes to it.
    private Optional<Account> named(String subject, String signIn) {
        return accounts.linked(settings.issuer(), subject)
                .or(() ->
                        accounts.named(signIn)
                                .filter(account ->
                                        accounts.link(
                                                settings.issuer(),
                                                subject,
                                                account,
                                                clock.instant())));
    }

    private Answer user(User user) {
        var theirs = accounts.ofUser(user.userId());
        var role = user.roleProfile();
        var fitting =
                theirs.stream()
                        .filter(account ->
                                role.isEmpty()
                                        || role.get()
                                                .equals(account.person().self().profile().id()))
                        .toList();
        if (fitting.size() == 1) {
            return new Known(fitting.getFirst());
        }
        return new Unknown(theirs.isEmpty() ? Reason.UNKNOWN : Reason.ROLE);
    }

    private Optional<Account> person(Person person) {
        return people.numbered(person.number())
                .filter(patient -> !patient.dead() && born(patient).equals(person.born()))
                .map(patient -> person(patient, person));
    }

    private static String born(Patient patient) {
        return patient.json().path("birthDate").asString("");
    }

    private Account person(Patient patient, Person person) {
        var known = accounts.ofPatient(patient.key()).orElseGet(() -> register(patient, person));
        if (known.person().self().level() != person.level()) {
            accounts.proved(known, person.level());
        }
        return known;
    }

    /// Nobody knows the password of such an account.
    private Account register(Patient patient, Person person) {
        var signIn = "nhs-login." + hash(patient.key()).substring(0, 24);
        var self = new Account.Self(patient.key(), Level.P0, Account.Profile.NONE);
        var name = person.name().isEmpty() ? patient.shownName() : person.name();
        try {
            accounts.add(
                    new Account.Person(signIn, name, Role.PATIENT, "", "", self),
                    Passwords.generate());
        } catch (AccountRefused e) {
            LOG.info("The account of a person was made by another request");
        }
        return accounts.named(signIn).orElseThrow();
    }

    /// Who sends an access token of the issuer: a JWT for this API, of somebody who has an account here. Its scopes
    /// say how far the app reaches; without scopes of SMART it reaches nothing.
    @Override
    public Optional<Caller> caller(String token) {
        if (settings.audience().isEmpty() || !JWT.matcher(token).matches()) {
            return Optional.empty();
        }
        return believed.get(hash(token), clock.instant(), () -> look(token));
    }

    @Override
    public String kind() {
        return "federated";
    }

    /// Whether the issuer has taken a token back it does not say; here the account decides.
    @Override
    public Optional<Caller> again(Caller then, String hash) {
        return then.app()
                .flatMap(app ->
                        accounts.numbered(then.account())
                                .map(account -> account.caller(Caller.Came.APP).through(app)));
    }

    private Optional<Believed.Good<Caller>> look(String token) {
        try {
            var jwt = tokens.decode(token);
            return account(String.valueOf(jwt.getSubject()), jwt.getClaims())
                            instanceof Known(var account)
                    ? Optional.of(new Believed.Good<>(caller(account, jwt), ends(jwt)))
                    : Optional.empty();
        } catch (JwtException e) {
            LOG.debug("A token of the issuer was refused: {}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private static Instant ends(Jwt jwt) {
        return Optional.ofNullable(jwt.getExpiresAt()).orElse(Instant.EPOCH);
    }

    private static Caller caller(Account account, Jwt jwt) {
        var scopes = Scopes.parse(text(jwt, "scope"));
        var app = text(jwt, "client_id").isEmpty() ? text(jwt, "azp") : text(jwt, "client_id");
        var own = account.person().role() == Role.PATIENT;
        var patient = own ? account.person().self().patient() : text(jwt, "patient");
        return account.caller(Caller.Came.APP)
                .through(
                        new Caller.App(
                                app,
                                app,
                                scopes,
                                Optional.of(patient)
                                        .filter(id -> !id.isEmpty() && scopes.aboutPatient()),
                                Purpose.CARE,
                                Optional.empty()));
    }

    private static String text(Jwt jwt, String claim) {
        return jwt.getClaims().get(claim) instanceof String text ? text : "";
    }

    private JwtDecoder decoder() {
        var keys = requireNonNull(registration.get().getProviderDetails().getJwkSetUri());
        var decoder =
                NimbusJwtDecoder.withJwkSetUri(keys)
                        .jwsAlgorithm(requireNonNull(SignatureAlgorithm.from(settings.algorithm())))
                        .validateType(false)
                        .jwtProcessorCustomizer(processor ->
                                processor.setJWSTypeVerifier(
                                        new DefaultJOSEObjectTypeVerifier<>(
                                                JOSEObjectType.JWT,
                                                new JOSEObjectType("at+jwt"),
                                                null)))
                        .build();
        var times = new JwtTimestampValidator(CLOCKS_DIFFER);
        times.setClock(clock);
        decoder.setJwtValidator(
                new DelegatingOAuth2TokenValidator<>(
                        times,
                        new JwtClaimValidator<>("exp", exp -> exp != null),
                        new JwtIssuerValidator(settings.issuer()),
                        new JwtAudienceValidator(settings.audience())));
        return decoder;
    }

    @Override
    public Optional<Offer> offer() {
        return settings.on() ? Optional.of(new Offer(settings.name(), BEGIN)) : Optional.empty();
    }

    @Override
    public Optional<String> refusal(String reason) {
        return Reason.of(reason).map(why -> why.words(settings.name()));
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
