package trellis.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Entitlement.Chosen;
import trellis.access.Entitlement.Claim;
import trellis.access.Entitlement.Place;
import trellis.access.Entitlement.Question;
import trellis.access.Entitlement.Standing;
import trellis.access.Entitlement.Tie;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Basis;
import trellis.store.Change;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Stored;
import trellis.store.TestDatabase;
import trellis.store.Write;

/// The rule as a function and the rule in SQL: ten thousand random questions, one answer.
class SightIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Instant NOW = Instant.parse("2026-11-01T09:00:00Z");
    private static final int PATIENTS = 40;
    private static final int FACTS = 5;
    private static final int ASKED = 100;
    private static final String CONFIDENTIALITY =
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    private final Random random = new Random(20_261_101);
    private final Permissions permissions = Permissions.builtIn();
    private final Entitlement entitlement = new Entitlement(permissions);
    private final Preparation preparation = new Preparation();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, List<Known>> known = new HashMap<>();
    private final Map<String, Set<Chosen>> chosen = new HashMap<>();

    /// A relationship as it was made up.
    ///
    /// @param ends exclusive; empty while it goes on
    private record Known(String organisation, Basis basis, Instant starts, Optional<Instant> ends) {
        boolean holds(Instant now, Duration lasts) {
            return !starts.isAfter(now)
                    && ends.map(end -> end.plus(lasts).isAfter(now)).orElse(true);
        }
    }

    private record Fact(String id, String patient, Set<String> labels) {}

    @Test
    void function_and_narrowing_agree() {
        var facts = new ArrayList<Fact>();
        for (var i = 0; i < PATIENTS; i++) {
            patient("p" + i);
            for (var j = 0; j < FACTS; j++) {
                facts.add(fact("p" + i, j));
            }
        }
        try (var store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC())) {
            store.write(Write.unchecked(changes));
            var decided = 0;
            for (var i = 0; i < ASKED; i++) {
                decided += ask(store, facts);
            }
            assertThat(decided).isGreaterThanOrEqualTo(10_000);
        }
    }

    private int ask(PostgresStore store, List<Fact> facts) {
        var role = pick(List.of(Role.CLINICIAN, Role.GP, Role.SYSTEM, Role.PATIENT));
        var organisation = "Z" + random.nextInt(6);
        var covered = random.nextInt(3) == 0 ? Set.of("Z" + random.nextInt(6)) : Set.<String>of();
        var opened = some(4);
        var place = new Place(Set.of(organisation), covered, opened, some(2), some(5));
        var claims = new HashMap<String, Claim>();
        some(4).forEach(patient -> claims.put(patient, claim(patient)));
        var whole =
                role == Role.PATIENT
                        ? entitlement.sight(List.copyOf(claims.values()))
                        : entitlement.sight(role, NOW, place);
        var purpose = pick(List.of(Purpose.CARE, Purpose.CARE, Purpose.RESEARCH));
        var sight = purpose.beyondCare() ? beyond(whole) : whole;
        var page = store.search(SearchQuery.of("Condition", 1000).seenBy(sight));
        var found = page.matches().stream().map(Stored::id).collect(Collectors.toSet());
        var expected = new HashSet<String>();
        for (var fact : facts) {
            var patient = fact.patient();
            var standing =
                    new Standing(
                            true,
                            bases(patient, place),
                            opened.contains(patient),
                            tie(patient, place),
                            Optional.ofNullable(claims.get(patient)),
                            chosen.getOrDefault(patient, Set.of()));
            var asked = new Question(role, purpose, Right.READ, "Condition");
            if (entitlement.decide(asked, standing, fact.labels()).permitted()) {
                expected.add(fact.id());
            }
        }
        assertThat(found).as("%s of %s for %s", role, place, purpose).isEqualTo(expected);
        var one = pick(facts);
        assertThat(store.read("Condition", one.id(), sight).isPresent())
                .isEqualTo(expected.contains(one.id()));
        assertThat(store.history("Condition", one.id(), Long.MAX_VALUE, 9, sight).isEmpty())
                .isNotEqualTo(expected.contains(one.id()));
        return facts.size();
    }

    private static Sight beyond(Sight whole) {
        var beyond = new Sight.Narrowed.Beyond(NOW, Optional.of("study"));
        return new Sight.Narrowed(
                whole, Optional.empty(), Set.of(), Set.of(), Map.of(), Optional.of(beyond));
    }

    private Set<String> some(int most) {
        return random.ints(random.nextInt(most), 0, PATIENTS)
                .mapToObj(n -> "p" + n)
                .collect(Collectors.toSet());
    }

    private Claim claim(String patient) {
        return new Claim(
                patient,
                random.nextBoolean(),
                pick(List.of("nothing", "details", "medicines", "young", "full")));
    }

    private static Tie tie(String patient, Place place) {
        if (place.self().contains(patient)) {
            return Tie.SELF;
        }
        return place.colleagues().contains(patient) ? Tie.COLLEAGUE : Tie.NONE;
    }

    private Set<Basis> bases(String patient, Place place) {
        var bases = new HashSet<Basis>();
        for (var one : known.getOrDefault(patient, List.of())) {
            if (one.holds(NOW, permissions.lasts().getOrDefault(one.basis(), Duration.ZERO))) {
                if (place.organisations().contains(one.organisation())) {
                    bases.add(one.basis());
                } else if (place.covered().contains(one.organisation())) {
                    bases.add(Basis.ON_CALL);
                }
            }
        }
        return bases;
    }

    private void patient(String id) {
        var registered = random.nextInt(3) == 0 ? "" : "Z" + random.nextInt(6);
        var managed =
                registered.isEmpty()
                        ? ""
                        : ",'managingOrganization':{'reference':'Organization/" + registered + "'}";
        put("{'resourceType':'Patient','id':'" + id + "'" + managed + "}");
        if (!registered.isEmpty()) {
            know(id, new Known(registered, Basis.REGISTRATION, Instant.MIN, Optional.empty()));
        }
        consents(id);
        for (var i = random.nextInt(3); i > 0; i--) {
            switch (random.nextInt(3)) {
                case 0 -> encounter(id, i);
                case 1 -> referral(id, i);
                default -> team(id, i);
            }
        }
    }

    private void encounter(String patient, int number) {
        var organisation = "Z" + random.nextInt(6);
        var starts = day(900, 30);
        var ends = random.nextBoolean() ? Optional.of(starts.plus(1, ChronoUnit.DAYS)) : open();
        var mistaken = random.nextInt(6) == 0;
        put(
                ("{'resourceType':'Encounter','id':'%s-e%d','status':'%s','class':{'code':'IMP'},"
                                + "'subject':{'reference':'Patient/%s'},'serviceProvider':{'reference':'Organization/%s'},"
                                + "'period':{'start':'%s'%s}}")
                        .formatted(
                                patient,
                                number,
                                mistaken
                                        ? "entered-in-error"
                                        : ends.isPresent() ? "finished" : "in-progress",
                                patient,
                                organisation,
                                starts,
                                ends.map(end -> ",'end':'" + end + "'").orElse("")));
        if (!mistaken) {
            // A second is how exact the end is.
            know(
                    patient,
                    new Known(
                            organisation,
                            Basis.ENCOUNTER,
                            starts,
                            ends.map(end -> end.plusSeconds(1))));
        }
    }

    private void referral(String patient, int number) {
        var organisation = "Z" + random.nextInt(6);
        var asked = day(400, 10);
        var done = random.nextBoolean();
        put(
                ("{'resourceType':'ServiceRequest','id':'%s-r%d','status':'%s','intent':'order',"
                                + "'subject':{'reference':'Patient/%s'},'authoredOn':'%s',"
                                + "'performer':[{'reference':'Organization/%s'}]}")
                        .formatted(
                                patient,
                                number,
                                done ? "completed" : "active",
                                patient,
                                asked,
                                organisation));
        know(
                patient,
                new Known(
                        organisation,
                        Basis.REFERRAL,
                        asked,
                        done ? Optional.of(asked.plusSeconds(1)) : open()));
    }

    private void team(String patient, int number) {
        var organisation = "Z" + random.nextInt(6);
        var starts = day(100, 20);
        var ends = random.nextBoolean() ? Optional.of(starts.plus(40, ChronoUnit.DAYS)) : open();
        put(
                ("{'resourceType':'CareTeam','id':'%s-t%d','status':'active','subject':{'reference':'Patient/%s'},"
                                + "'period':{'start':'%s'%s},'participant':[{'member':{'reference':'Organization/%s'}}]}")
                        .formatted(
                                patient,
                                number,
                                patient,
                                starts,
                                ends.map(end -> ",'end':'" + end + "'").orElse(""),
                                organisation));
        know(
                patient,
                new Known(organisation, Basis.TEAM, starts, ends.map(end -> end.plusSeconds(1))));
    }

    /// Whatever the patient has chosen, and some of what they have taken back.
    private void consents(String patient) {
        for (var choice :
                Map.of(
                                Chosen.SHARING_DISSENT,
                                "sharing-dissent",
                                Chosen.OPT_OUT,
                                "national-data-opt-out",
                                Chosen.THIS_PROJECT,
                                "research-project")
                        .entrySet()) {
            var made = random.nextInt(3) == 0;
            var past = random.nextInt(4) == 0;
            var taken = random.nextInt(4) == 0;
            if (made) {
                put(
                        consent(
                                patient,
                                choice.getValue(),
                                taken ? "inactive" : "active",
                                past ? "2026-02-01" : "2027-02-01",
                                "'data':[{'meaning':'instance','reference':{'reference':'ResearchStudy/study'}}]"));
                if (!past && !taken) {
                    chosen.computeIfAbsent(patient, _ -> new HashSet<>()).add(choice.getKey());
                }
            }
        }
        if (random.nextInt(4) == 0) {
            var organisation = "Z" + random.nextInt(6);
            put(
                    consent(
                            patient,
                            "share-with",
                            "active",
                            "2027-02-01",
                            "'actor':[{'role':{'text':'x'},'reference':{'reference':'Organization/"
                                    + organisation
                                    + "'}}]"));
            var starts = Instant.parse("2026-01-01T00:00:00Z");
            know(patient, new Known(organisation, Basis.GRANT, starts, open()));
        }
    }

    private static String consent(
            String patient, String category, String status, String ends, String rest) {
        return ("{'resourceType':'Consent','id':'%s-%s','status':'%s','scope':{'text':'x'},"
                        + "'category':[{'coding':[{'code':'%s'}]}],'patient':{'reference':'Patient/%s'},"
                        + "'provision':{'period':{'start':'2026-01-01','end':'%s'},%s}}")
                .formatted(patient, category, status, category, patient, ends, rest);
    }

    private Fact fact(String patient, int number) {
        var label = pick(List.of("", "", "N", "R", "V", "TBOO", "ADOL"));
        var system = label.length() > 1 ? ACT : CONFIDENTIALITY;
        var id = patient + "-c" + number;
        var meta =
                label.isEmpty()
                        ? ""
                        : "'meta':{'security':[{'system':'%s','code':'%s'}]},"
                                .formatted(system, label);
        put(
                "{'resourceType':'Condition','id':'%s',%s'code':{'text':'x'},'subject':{'reference':'Patient/%s'}}"
                        .formatted(id, meta, patient));
        return new Fact(id, patient, label.isEmpty() ? Set.of() : Set.of(system + "|" + label));
    }

    private void put(String json) {
        var resource = Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
        changes.add(new Change.Put(preparation.prepare(resource), OptionalLong.empty(), false));
    }

    private void know(String patient, Known one) {
        known.computeIfAbsent(patient, _ -> new ArrayList<>()).add(one);
    }

    /// Some day between so many days ago and so many days to come.
    private Instant day(int ago, int tocome) {
        return NOW.plus(random.nextInt(ago + tocome) - (long) ago, ChronoUnit.DAYS);
    }

    private static Optional<Instant> open() {
        return Optional.empty();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
