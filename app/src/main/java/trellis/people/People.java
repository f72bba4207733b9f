package trellis.people;

import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.access.Role;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.PatientBanner;
import trellis.page.When;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of people: who somebody is, and finding them.
@Component
public final class People {

    /// How many candidates are looked at; beyond that the search must be narrower.
    static final int MOST = 500;

    /// With fewer than this many found, the search goes on with less strict questions.
    private static final int FEW = 5;

    private static final int MOST_SIMILAR = 300;

    /// How often a record may have been replaced by another.
    private static final int REPLACEMENTS = 10;

    private static final String ORGANIZATION = "Organization/";
    private static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";

    private final Store store;
    private final Access access;
    private final Clock clock;

    People(Store store, Access access, Clock clock) {
        this.store = store;
        this.access = access;
        this.clock = clock;
    }

    /// Whoever asks, if they may open patients' pages.
    ///
    /// @throws Refused with [Problem.Forbidden], whose text says why and what to do
    public Caller caller() {
        var caller = access.current();
        if (!opensRecords(caller.role())) {
            throw new Refused(
                    new Problem.Forbidden(
                            "The role "
                                    + caller.role().words()
                                    + " checks who looked at records and does not open them."));
        }
        access.require(caller, Right.READ, "Patient");
        return caller;
    }

    /// The patient with this id.
    ///
    /// @throws Refused with [Problem.NotFound]
    public Patient patient(String id) {
        return store.read("Patient", id)
                .filter(stored -> !stored.deleted())
                .map(stored -> new Patient(stored.json()))
                .orElseThrow(() -> new Refused(new Problem.NotFound("The patient")));
    }

    /// Whose NHS number this is: of a record that has been replaced, whoever has taken its place. Empty when it is nobody's, or
    /// several records in use have it. For whoever signs people in to their own record: it asks nobody's rights.
    public Optional<Patient> numbered(NhsNumber number) {
        var found = new LinkedHashMap<String, Patient>();
        for (var match : store.search(QueryRules.byNumber(number)).matches()) {
            inUse(new Patient(match.json())).ifPresent(one -> found.put(one.key(), one));
        }
        return found.size() == 1 ? found.values().stream().findFirst() : Optional.empty();
    }

    /// A record, or the one that has taken its place; empty when it is out of use and nothing has.
    private Optional<Patient> inUse(Patient patient) {
        var at = Optional.of(patient);
        for (var step = 0; step < REPLACEMENTS && at.isPresent(); step++) {
            var next = at.get().replacement();
            if (next.isEmpty()) {
                return at.filter(one -> !one.inactive() && !one.redacted());
            }
            at =
                    store.read("Patient", next.get())
                            .filter(stored -> !stored.deleted())
                            .map(stored -> new Patient(stored.json()));
        }
        return Optional.empty();
    }

    /// ODS codes of the practices that somebody is registered with; asks nobody's rights.
    public List<String> practices(Patient patient) {
        return patient.json()
                .path("generalPractitioner")
                .valueStream()
                .flatMap(one ->
                        ods(one.path("identifier"))
                                .or(() -> ods(one.path("reference").asString("")))
                                .stream())
                .distinct()
                .toList();
    }

    private Optional<String> ods(String reference) {
        return Optional.of(reference)
                .filter(one -> one.startsWith(ORGANIZATION))
                .flatMap(one -> store.read("Organization", one.substring(ORGANIZATION.length())))
                .filter(stored -> !stored.deleted())
                .flatMap(stored ->
                        stored.json()
                                .path("identifier")
                                .valueStream()
                                .flatMap(identifier -> ods(identifier).stream())
                                .findFirst());
    }

    /// Name and ODS code of an organisation, as people know it: `Weirside Pharmacy (ZF001)`; the code alone when nothing more is
    /// known here.
    public String organisation(String odsCode) {
        return organization(odsCode)
                .map(one -> one.path("name").asString(""))
                .filter(name -> !name.isEmpty())
                .map(name -> name + " (" + odsCode + ")")
                .orElse(odsCode);
    }

    /// The Organization with this ODS code; asks nobody's rights, for what is public of it.
    public Optional<ObjectNode> organization(String odsCode) {
        var token = Keys.token(Keys.salt("Organization", "identifier"), ODS, odsCode);
        var coded = SearchQuery.of("Organization", 1, new Criterion.AnyIdentifier(Set.of(token)));
        return store.search(coded).matches().stream()
                .findFirst()
                .or(() -> store.read("Organization", odsCode).filter(one -> !one.deleted()))
                .map(Stored::json);
    }

    private static Optional<String> ods(JsonNode identifier) {
        return Optional.of(identifier)
                .filter(one -> one.path("system").asString("").equals(ODS))
                .map(one -> one.path("value").asString(""))
                .filter(code -> !code.isEmpty());
    }

    /// The banner of a patient, without the allergies' line.
    public PatientBanner banner(Patient patient) {
        return PeopleRules.banner(patient, today());
    }

    /// Whether this caller may see where somebody lives and is registered: of a restricted record only
    /// those who treat the patient may.
    public static boolean seesAddress(Caller caller, Patient patient) {
        return !patient.restricted() || treats(caller.role());
    }

    private static boolean treats(Role role) {
        return switch (role) {
            case CLINICIAN, GP -> true;
            case PHARMACIST, WARD_CLERK, AUDITOR, PATIENT, SYSTEM, NOBODY -> false;
        };
    }

    private static boolean opensRecords(Role role) {
        return switch (role) {
            case CLINICIAN, GP, PHARMACIST, WARD_CLERK -> true;
            case AUDITOR, PATIENT, SYSTEM, NOBODY -> false;
        };
    }

    /// A whole day as staff type it: `14-Jul-1945`, `14/07/1945`, `1945-07-14`; empty when it is none.
    public static Optional<LocalDate> day(String typed) {
        return FormRules.born(typed).filter(text -> text.length() == 10).map(LocalDate::parse);
    }

    /// Today in London.
    LocalDate today() {
        return clock.instant().atZone(When.LONDON).toLocalDate();
    }

    /// Who was found.
    ///
    /// @param found best match first
    /// @param total how many fit in all; more than `found` when there are too many to rank
    record Results(List<PeopleRules.Found> found, int total) {}

    /// Finds people, best match first. Nobody who is restricted is found by postcode by somebody who
    /// may not see it: the list itself would tell.
    Results find(FormRules.Ask ask, Caller caller) {
        access.require(caller, Right.SEARCH, "Patient");
        var candidates = new LinkedHashMap<String, Patient>();
        ask.nhsNumber().ifPresent(number -> gather(QueryRules.byNumber(number), candidates));
        var beyond = 0;
        if (ask.describes()) {
            beyond = gather(QueryRules.byAll(ask, MOST), candidates);
            if (candidates.size() < FEW && !ask.words().isEmpty()) {
                gatherSimilar(ask, candidates);
            }
        }
        var found =
                candidates.values().stream()
                        .filter(patient -> mayBeFound(patient, ask, caller))
                        .flatMap(patient -> PeopleRules.match(patient, ask).stream())
                        .sorted(PeopleRules.order())
                        .toList();
        return new Results(found, found.size() + beyond);
    }

    private static boolean mayBeFound(Patient patient, FormRules.Ask ask, Caller caller) {
        return ask.postcode().isEmpty() || seesAddress(caller, patient);
    }

    private void gatherSimilar(FormRules.Ask ask, Map<String, Patient> candidates) {
        if (ask.born().isPresent() || ask.postcode().isPresent()) {
            gather(QueryRules.byName(ask, MOST_SIMILAR), candidates);
        }
        ask.born().ifPresent(born -> gather(QueryRules.byBirth(born, MOST_SIMILAR), candidates));
        gather(QueryRules.byBeginning(ask, MOST_SIMILAR), candidates);
    }

    /// Adds what a query finds, and says how many more there are.
    private int gather(SearchQuery query, Map<String, Patient> candidates) {
        var page = store.search(query);
        page.matches()
                .forEach(match -> candidates.putIfAbsent(match.id(), new Patient(match.json())));
        return Optional.of(page.total().orElse(0) - page.matches().size())
                .filter(more -> more > 0)
                .map(Math::toIntExact)
                .orElse(0);
    }
}
