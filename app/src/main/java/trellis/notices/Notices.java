package trellis.notices;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.RecordOpened;
import trellis.access.Role;
import trellis.consents.Consents;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.notices.Delivery.Event;
import trellis.notices.Notice.Channel;
import trellis.page.Unread;
import trellis.people.People;
import trellis.settings.Settings;
import trellis.store.Rounds;
import trellis.store.Write;

/// The door of notices: raises one, says that it was read, takes receipts, and keeps the workers going that tell people by
/// their plan ([Telling]).
@Component
public final class Notices implements Unread {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final int WORKERS = 2;
    private static final Duration TIDIED = Duration.ofMinutes(10);
    private static final Duration IDLE = Duration.ofSeconds(2);

    private static final Duration KEPT = Duration.ofDays(180);

    private final NoticeSql sql;
    private final NoticeSettings settings;
    private final Accounts accounts;
    private final People people;
    private final Consents consents;
    private final Clock clock;
    private final Telling telling;
    private final List<Rounds> workers;
    private final Rounds tidying;

    Notices(
            DataSource database,
            Settings settings,
            Accounts accounts,
            People people,
            Consents consents,
            Clock clock) {
        this.sql = new NoticeSql(database);
        this.settings = NoticeSettings.from(settings);
        this.accounts = accounts;
        this.people = people;
        this.consents = consents;
        this.clock = clock;
        this.tidying = Rounds.of("old notices", TIDIED, () -> sql.forget(now().minus(KEPT)));
        this.workers =
                Stream.generate(() -> Rounds.of("people to be told", IDLE, this::tell))
                        .limit(WORKERS)
                        .toList();
        this.telling =
                new Telling(
                        sql,
                        this.settings,
                        this.settings.smtp().map(smtp -> MailCarrier.of(smtp, clock)),
                        this.settings.texts().map(TextCarrier::of),
                        this::contact);
    }

    /// What waits. Each kind has its sentences for outside, and no others ([NoticeRules#outside]).
    public enum Kind {
        /// A secure message.
        MESSAGE("A message"),
        /// The record was opened with a reason.
        OPENED("Your record was opened with a reason"),
        /// What was prescribed can be collected.
        PRESCRIPTION_READY("A prescription is ready to collect");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /// As it is shown inside, to whoever has signed in.
        public String words() {
            return words;
        }
    }

    /// That somebody has to be told.
    ///
    /// @param key of the event; a second notice with it is none
    /// @param account whose
    /// @param kind what waits
    /// @param link where on this server, without anything of a patient's
    public record Raised(String key, long account, Kind kind, String link) {}

    /// Raises notices, in the transaction of this thread when one is under way.
    public void raise(List<Raised> all) {
        all.forEach(one -> sql.add(one, now()));
    }

    /// Tells a person that their record was opened with a reason. The opening stands, whether they can be told or not.
    @EventListener
    void opened(RecordOpened opened) {
        try {
            accounts.ofPatient(opened.patient())
                    .map(account ->
                            new Raised(
                                    "opened "
                                            + opened.patient()
                                            + " "
                                            + opened.account()
                                            + " "
                                            + opened.when(),
                                    account.id(),
                                    Kind.OPENED,
                                    "/me"))
                    .ifPresent(raised -> raise(List.of(raised)));
        } catch (DataAccessException e) {
            LOG.warn("somebody could not be told that their record was opened; their page says it");
        }
    }

    /// Tells a person that what was prescribed to them can be collected; nothing when nobody is there to tell who has proved well
    /// enough who they are to see it. In the transaction of this thread when one is under way.
    ///
    /// @param patient id of their Patient
    /// @param event what tells this time from others, such as the number of the prescription; a second one is none
    public void tellPrescriptionReady(String patient, String event) {
        accounts.ofPatient(patient)
                .filter(account -> !account.disabled())
                .filter(account -> account.person().self().level() == Level.P9)
                .map(account ->
                        new Raised(
                                "ready " + account.id() + " " + event,
                                account.id(),
                                Kind.PRESCRIPTION_READY,
                                "/me/prescriptions"))
                .ifPresent(raised -> raise(List.of(raised)));
    }

    /// Notices as a table of the store's own transactions, so that what waits and the notice of it are committed together.
    public Write.Table<Raised> table() {
        return (connection, all) -> NoticeSql.add(connection, all, now());
    }

    /// The holder of an account has seen what lies at an address: they are told of it no more, at whichever of their accounts.
    public void seen(long account, String link) {
        sql.unread(account, link).forEach(this::read);
        accounts.numbered(account).map(one -> one.person().self().patient()).stream()
                .flatMap(patient -> accounts.allOfPatient(patient).stream())
                .filter(one -> one.id() != account)
                .forEach(one -> sql.unread(one.id(), link).forEach(this::read));
    }

    /// How far telling somebody has come, in a sentence for whoever wrote; empty when there is no such notice any more.
    public Optional<String> told(String key) {
        return sql.keyed(key).map(NoticeRules::told);
    }

    @Override
    public int unread(Caller caller) {
        return caller.account() == 0 ? 0 : sql.unread(caller.account());
    }

    // --- the inbox -------------------------------------------------------------------------------

    List<Notice> of(long account, long before, int most) {
        return sql.of(account, before, most);
    }

    /// @throws Refused with [Problem.NotFound] for one that is none of theirs
    Notice open(long account, long id) {
        var notice =
                sql.one(account, id)
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The notice")));
        read(id);
        return notice;
    }

    private void read(long id) {
        sql.locked(
                id,
                notice -> {
                    sql.read(id, now());
                    telling.read(notice, now());
                    sql.hasten(id, now());
                    return id;
                });
    }

    /// How the holder of an account can be told; empty when nobody is there to tell.
    Optional<Contact> contact(long account) {
        return accounts.numbered(account).flatMap(this::contact);
    }

    private Optional<Contact> contact(Account account) {
        if (account.person().role() != Role.PATIENT) {
            var signIn = Optional.of(account.person().signIn()).filter(NoticeRules::mail);
            return Optional.of(Contact.staff(sql.mail(account.id()).or(() -> signIn)));
        }
        var id = account.person().self().patient();
        try {
            var patient = people.patient(id);
            return patient.dead()
                    ? Optional.empty()
                    : Optional.of(
                            ContactRules.contact(
                                    patient.json(), consents.of(id).ways(), clock.instant()));
        } catch (Refused e) {
            if (e.problem() instanceof Problem.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Where a member of staff wants to be told.
    ///
    /// @param address empty to take it away
    void mail(long account, String address) {
        sql.mail(account, address);
    }

    // --- receipts --------------------------------------------------------------------------------

    /// The token that receipts come with; empty when none are taken.
    Optional<String> receipts() {
        return settings.texts().flatMap(NoticeSettings.Texts::receipts);
    }

    /// A carrier says what became of a step.
    ///
    /// @return whether it is one of ours
    boolean received(String reference, Delivery.Receipt receipt) {
        return NoticeRules.place(reference)
                .flatMap(place ->
                        sql.locked(
                                place.notice(),
                                notice -> {
                                    var known =
                                            notice.steps().stream()
                                                    .anyMatch(s -> s.place() == place.place());
                                    if (known) {
                                        telling.happened(
                                                notice,
                                                place.place(),
                                                new Event.Received(receipt),
                                                now());
                                        sql.hasten(notice.id(), now());
                                    }
                                    return known;
                                }))
                .orElse(false);
    }

    // --- the workers -----------------------------------------------------------------------------

    @PostConstruct
    void begin() {
        workers.forEach(Rounds::begin);
        tidying.begin();
    }

    @PreDestroy
    void end() {
        tidying.close();
        workers.forEach(Rounds::close);
    }

    private void tell() {
        while (!tidying.closing() && work(now())) {}
    }

    /// Takes one notice and does what is to be done about it by now.
    ///
    /// @return whether there was one
    boolean work(Instant now) {
        return telling.work(now);
    }

    /// Whether a way is set up here.
    boolean setUp(Channel channel) {
        return telling.setUp(channel);
    }

    /// To the microsecond, as the database keeps it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
