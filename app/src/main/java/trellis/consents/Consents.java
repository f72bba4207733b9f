package trellis.consents;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Proxy;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Choice;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Write;

/// The door of consents: what a person has chosen, choosing, what was chosen before, and the list check.
@Component
public final class Consents {
    private static final int MOST = 500;
    private static final int AT_ONCE = 200;
    private static final int MOST_VERSIONS = 200;

    /// What a list is checked for: a use beyond care that nobody was asked about.
    private static final OptOutRules.Flow CHECKED =
            new OptOutRules.Flow(
                    OptOutRules.Flow.Use.RESEARCH,
                    OptOutRules.Flow.Form.IDENTIFIABLE,
                    OptOutRules.Flow.Basis.SECTION_251);

    private final Store store;
    private final Persons persons;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final Clock clock;
    private final Preparation preparation;

    Consents(
            Store store,
            Preparation preparation,
            Persons persons,
            PatientNumbers numbers,
            AuditLog log,
            Clock clock) {
        this.store = store;
        this.preparation = preparation;
        this.persons = persons;
        this.numbers = numbers;
        this.log = log;
        this.clock = clock;
    }

    /// What a person has chosen, as it stands.
    ///
    /// @param patient the patient's id
    public Choices of(String patient) {
        return ConsentRules.choices(consents(patient), clock.instant());
    }

    private List<JsonNode> consents(String patient) {
        var query = SearchQuery.of("Consent", MOST, new Criterion.OfPatients(Set.of(patient)));
        return store.search(query).matches().stream()
                .map(found -> (JsonNode) found.json())
                .toList();
    }

    /// Everything a person has ever chosen, newest first.
    public List<Choices.Past> history(String patient) {
        var past = new ArrayList<Choices.Past>();
        for (var json : consents(patient)) {
            var id = json.path("id").asString("");
            var all =
                    store.history("Consent", id, Long.MAX_VALUE, MOST_VERSIONS, Sight.everything());
            for (var version : all) {
                if (!version.deleted()) {
                    ConsentRules.made(version.json())
                            .ifPresent(made ->
                                    past.add(
                                            new Choices.Past(
                                                    version.lastUpdated(),
                                                    made,
                                                    ConsentRules.by(version.json()))));
                }
            }
        }
        past.sort(Comparator.comparing(Choices.Past::when).reversed());
        return past;
    }

    /// Makes a choice, with its line in the audit.
    ///
    /// @param caller the patient, or somebody who acts for them in everything
    /// @throws Refused with [Problem.Forbidden] when they may not
    public void choose(Caller caller, String patient, Made made) {
        write(caller, AuditEntry.Source.HERE, patient, made, by(caller, patient));
    }

    /// Writes down a choice that the person has told somebody who treats them, with its line in the audit.
    ///
    /// @param caller who may write Consents of this person; the caller of this method has made sure
    public void told(Caller caller, AuditEntry.Source source, String patient, Made made) {
        var name = caller.name().isBlank() ? "An organisation's system" : caller.name();
        write(caller, source, patient, made, "The patient, as " + name + " was told");
    }

    private void write(
            Caller caller, AuditEntry.Source source, String patient, Made made, String by) {
        var now = clock.instant();
        var json = ConsentRules.consent(patient, made, now, by);
        var content = preparation.prepare(Resource.of(json));
        var line =
                new AuditEntry(
                        now,
                        caller,
                        AuditEntry.Action.UPDATE,
                        "made a choice about the record",
                        AuditEntry.Target.resource("Consent", content.id(), 0),
                        List.of(Keys.resource("Patient", patient)),
                        0,
                        source);
        store.write(
                new Write(
                        List.of(new Change.Put(content, OptionalLong.empty(), false)),
                        Write.References.UNCHECKED,
                        List.of(new Write.Alongside<>(log.table(), _ -> List.of(line)))));
    }

    private String by(Caller caller, String patient) {
        var about = persons.about(caller, patient);
        if (about.proxy().isEmpty()) {
            if (persons.level(caller) == Level.P0) {
                throw new Refused(
                        new Problem.Forbidden(
                                "You have not proved yet who you are. If you want to choose, ask your"
                                        + " GP surgery how."));
            }
            return "The patient";
        }
        return about.proxy()
                .filter(_ -> about.state().equals(new Proxy.State.Holds(Proxy.EVERYTHING)))
                .map(proxy -> proxy.name() + ", " + proxy.kind().words())
                .orElseThrow(() ->
                        new Refused(
                                new Problem.Forbidden(
                                        "You may not choose for this person. If you look after them in"
                                                + " everything, they or their GP surgery can say so.")));
    }

    /// Checks a list: which of some people have not opted out of uses beyond their care.
    ///
    /// @param list one NHS number a line, each followed by a comma
    /// @return the same list without those who have opted out; or one line that says what is wrong
    public String check(String list) {
        return switch (ListRules.read(list)) {
            case ListRules.Read.Wrong(var error) -> error;
            case ListRules.Read.Numbers(var sent) -> ListRules.answer(sent, optedOut(sent));
        };
    }

    private Set<String> optedOut(List<String> sent) {
        var out = new HashSet<String>();
        for (var from = 0; from < sent.size(); from += AT_ONCE) {
            var some = sent.subList(from, Math.min(from + AT_ONCE, sent.size()));
            var patients = numbers.patients(some);
            if (!patients.isEmpty()) {
                var all = patients.values().stream().flatMap(Set::stream);
                var opted = optedOut(all.collect(Collectors.toSet()));
                patients.forEach((number, whose) -> {
                    var person =
                            new OptOutRules.Person(whose.stream().anyMatch(opted::contains), false);
                    if (!OptOutRules.decide(CHECKED, person).flows()) {
                        out.add(number);
                    }
                });
            }
        }
        return out;
    }

    /// Which of some patients have opted out.
    private Set<String> optedOut(Set<String> patients) {
        var category = Keys.code(Keys.salt("Consent", "category"), Choice.OPT_OUT.category());
        var active = Keys.code(Keys.salt("Consent", "status"), "active");
        var query =
                SearchQuery.of(
                        "Consent",
                        MOST,
                        new Criterion.OfPatients(patients),
                        new Criterion.AnyToken(Set.of(category)),
                        new Criterion.AnyToken(Set.of(active)));
        return store.search(query).matches().stream()
                .map(found -> found.json().at("/patient/reference").asString(""))
                .filter(reference -> reference.startsWith("Patient/"))
                .map(reference -> reference.substring("Patient/".length()))
                .collect(Collectors.toSet());
    }
}
