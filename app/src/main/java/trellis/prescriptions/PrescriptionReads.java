package trellis.prescriptions;

import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;
import trellis.prescriptions.Prescriptions.Asker;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// What those concerned see of prescriptions: the tracker, the lists and pages of prescribers and pharmacies, a person's own.
@Component
final class PrescriptionReads {
    /// How many prescriptions of one person the tracker answers at once.
    static final int TRACKED = 100;

    private static final int MOST_FACTS = 500;
    private static final String REQUEST = "MedicationRequest";
    private static final String MEDICATION = "Medication/";

    private final Prescriptions prescriptions;
    private final Store store;
    private final Access access;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final PrescriptionSql sql;
    private final Clock clock;

    PrescriptionReads(
            Prescriptions prescriptions,
            Store store,
            Access access,
            PatientNumbers numbers,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.prescriptions = prescriptions;
        this.store = store;
        this.access = access;
        this.numbers = numbers;
        this.log = log;
        this.sql = new PrescriptionSql(database);
        this.clock = clock;
    }

    // --- the tracker -----------------------------------------------------------------------------

    private void mayTrack(Asker asker) {
        if (asker.caller().role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "This is for those who prescribe and dispense. Your own prescriptions are"
                                    + " on your own pages."));
        }
        access.require(asker.caller(), Right.READ, REQUEST);
    }

    /// Prescriptions of one person, newest first.
    ///
    /// @param issues how many issues there are in all, those of other pages too
    /// @param more whether others follow
    record Tracked(List<Prescription> found, int issues, boolean more) {}

    /// The prescriptions of a person that an asker may know of.
    ///
    /// @param from how many newer ones to leave out
    Tracked of(Asker asker, NhsNumber number, int from) {
        mayTrack(asker);
        var patients =
                numbers.patients(List.of(number.digits())).getOrDefault(number.digits(), Set.of());
        var ods = asker.caller().odsCode();
        var treats = access.treats(asker.caller(), keys(patients), store);
        var wanted =
                new PrescriptionSql.Wanted(
                        treats || !ods.isEmpty() ? List.copyOf(patients) : List.of(),
                        treats ? "" : ods,
                        treats ? List.of() : hidden(asker));
        var found = sql.ofPatients(wanted, from, TRACKED + 1);
        looked(
                asker,
                "prescriptions of a person read",
                keys(patients),
                found.isEmpty() ? 404 : 200);
        return new Tracked(
                found.subList(0, Math.min(TRACKED, found.size())),
                sql.issuesOf(wanted),
                found.size() > TRACKED);
    }

    /// One prescription, if the asker may know of it.
    Optional<Prescription> one(Asker asker, PrescriptionId id) {
        mayTrack(asker);
        var found =
                sql.find(id)
                        .filter(one ->
                                concerns(asker, one)
                                        || access.treats(asker.caller(), Set.of(key(one)), store));
        looked(
                asker,
                "prescription read",
                found.map(one -> Set.of(key(one))).orElse(Set.of()),
                found.isEmpty() ? 404 : 200);
        return found;
    }

    /// Whether an asker's organisation has prescribed it, or has or had it, and the asker is not one of those whose record they
    /// do not see at work.
    private boolean concerns(Asker asker, Prescription one) {
        var ods = asker.caller().odsCode();
        return !ods.isEmpty()
                && (one.by().odsCode().equals(ods)
                        || one.issues().stream()
                                .anyMatch(issue ->
                                        issue.state().holder().filter(ods::equals).isPresent()))
                && !hidden(asker).contains(one.patient());
    }

    /// Ids of patients whose prescriptions an asker does not see at work: their own; and who prescribes does not see a
    /// colleague's without having opened the record. Who dispenses does, for what a pharmacy has it hands over.
    private List<String> hidden(Asker asker) {
        return List.copyOf(
                hidden(access.sight(asker.caller()), access.mayWrite(asker.caller(), REQUEST)));
    }

    private static Set<String> hidden(Sight sight, boolean colleagues) {
        return switch (sight) {
            case Sight.Everything _, Sight.Own _ -> Set.of();
            case Sight.Narrowed narrowed -> hidden(narrowed.whole(), colleagues);
            case Sight.Related related -> {
                var all = new TreeSet<String>();
                if (colleagues) {
                    all.addAll(related.guarded());
                    all.removeAll(related.opened());
                }
                all.addAll(related.shut());
                yield all;
            }
        };
    }

    // --- pages -----------------------------------------------------------------------------------

    /// An issue of a prescription.
    record Seen(Prescription prescription, Issue issue) {
        /// What pages know it by.
        String task() {
            return FactRules.taskId(prescription.id(), issue.number());
        }
    }

    /// An issue that a page is about, if the asker may know of it.
    ///
    /// @param task id of its Task
    Optional<Seen> seen(Asker asker, String task) {
        return sql.place(task)
                .flatMap(place ->
                        one(asker, place.prescription())
                                .flatMap(found ->
                                        found.issue(place.issue())
                                                .map(issue -> new Seen(found, issue))));
    }

    /// What an asker's organisation has prescribed, newest first.
    List<Seen> prescribed(Asker asker, int from, int most) {
        prescriptions.mayPrescribe(asker);
        var found = sql.prescribedBy(asker.caller().odsCode(), hidden(asker), from, most);
        return listed(
                asker,
                "page: prescriptions of an organisation",
                found.stream().map(one -> new Seen(one, one.current())).toList());
    }

    /// How many prescriptions wait to be downloaded by an asker's organisation.
    int waiting(Asker asker) {
        prescriptions.mayDispense(asker);
        return sql.countNominated(asker.caller().odsCode(), clock.instant());
    }

    /// What an asker's organisation has, or had.
    ///
    /// @param states codes of the states that are meant
    List<Seen> held(Asker asker, List<String> states, int from, int most) {
        prescriptions.mayDispense(asker);
        return listed(
                asker,
                "page: prescriptions of a pharmacy",
                sql.heldBy(asker.caller().odsCode(), states, hidden(asker), from, most).stream()
                        .flatMap(place ->
                                sql.find(place.prescription()).stream()
                                        .flatMap(one ->
                                                one.issue(place.issue()).stream()
                                                        .map(issue -> new Seen(one, issue))))
                        .toList());
    }

    private List<Seen> listed(Asker asker, String what, List<Seen> found) {
        looked(
                asker,
                what,
                found.stream().map(one -> key(one.prescription())).collect(Collectors.toSet()),
                200);
        return found;
    }

    /// A person's own prescriptions, newest first.
    ///
    /// @param total how many there are in all
    record Owned(List<Prescription> found, int total) {}

    /// The prescriptions of a person whose medicines a caller may see as that person, or for them.
    Owned own(Caller caller, String patient, int from, int most) {
        var all = sql.namesOf(patient);
        var items = all.stream().flatMap(one -> one.items().stream()).collect(Collectors.toSet());
        var visible = visible(items, access.sight(caller));
        var seen = all.stream().filter(one -> visible.containsAll(one.items())).toList();
        return new Owned(
                seen.stream()
                        .skip(from)
                        .limit(most)
                        .flatMap(one -> sql.find(one.prescription()).stream())
                        .toList(),
                seen.size());
    }

    /// Those of some items that are there for whoever has this sight.
    private Set<String> visible(Set<String> items, Sight sight) {
        if (items.isEmpty()) {
            return Set.of();
        }
        var query = SearchQuery.of(REQUEST, items.size(), new Criterion.Ids(items));
        return store.search(query.seenBy(sight)).matches().stream()
                .map(Stored::id)
                .collect(Collectors.toSet());
    }

    /// The same through an app, with its line in the audit.
    Owned own(Asker asker, String patient, int most) {
        var owned = own(asker.caller(), patient, 0, most);
        looked(
                asker,
                "a person's own prescriptions read",
                Set.of(Keys.resource("Patient", patient)),
                200);
        return owned;
    }

    /// As it was signed.
    MessageRules.Message message(Prescription prescription) {
        return new MessageRules.Message(FactRules.message(sql.message(prescription.id())));
    }

    /// What has happened to it, oldest first.
    List<PrescriptionSql.Happened> history(Prescription prescription) {
        return sql.events(prescription.id());
    }

    // --- what stands beside them -----------------------------------------------------------------

    /// What the record says of a patient.
    ///
    /// @param shown whether the asker sees this record at all
    /// @param whole whether this is all of it
    record Facts(boolean shown, boolean whole, List<ObjectNode> found) {
        Facts {
            found = List.copyOf(found);
        }
    }

    /// Allergies, which a pharmacist looks at before something is handed over.
    Facts allergies(Asker asker, String patient) {
        return facts(asker, patient, "AllergyIntolerance", List.of());
    }

    /// Medicines that are taken now, each with its own name whether or not it refers to it.
    Facts medicines(Asker asker, String patient) {
        var salt = Keys.salt(REQUEST, "status");
        var current =
                new Criterion.AnyToken(
                        Set.of(Keys.code(salt, "active"), Keys.code(salt, "on-hold")));
        var facts = facts(asker, patient, REQUEST, List.of(current));
        var sight = access.sight(asker.caller());
        return new Facts(
                facts.shown(),
                facts.whole(),
                facts.found().stream().map(one -> named(one, sight)).toList());
    }

    private Facts facts(Asker asker, String patient, String type, List<Criterion> more) {
        var caller = asker.caller();
        if (!access.treats(caller, Set.of(Keys.resource("Patient", patient)), store)) {
            return new Facts(false, true, List.of());
        }
        var criteria = new ArrayList<Criterion>(more);
        criteria.add(new Criterion.OfPatients(Set.of(patient)));
        var page =
                store.search(
                        SearchQuery.of(type, MOST_FACTS, criteria.toArray(Criterion[]::new))
                                .seenBy(access.sight(caller)));
        return new Facts(
                true, page.next().isEmpty(), page.matches().stream().map(Stored::json).toList());
    }

    private ObjectNode named(ObjectNode request, Sight sight) {
        if (!request.has("medicationReference")) {
            return request;
        }
        var reference = request.path("medicationReference");
        var inside = MessageRules.contained(request, reference);
        var address = reference.path("reference").asString("");
        var medication =
                inside.isMissingNode() && address.startsWith(MEDICATION)
                        ? store.read("Medication", address.substring(MEDICATION.length()), sight)
                                .filter(one -> !one.deleted())
                                .map(Stored::json)
                        : Optional.of(inside).filter(one -> one.isObject());
        var named = request.deepCopy();
        medication.ifPresentOrElse(
                one -> named.set("medicationCodeableConcept", one.path("code").deepCopy()),
                () ->
                        named.putObject("medicationCodeableConcept")
                                .put("text", reference.path("display").asString("")));
        return named;
    }

    /// How much of each item of an issue has been handed over so far, by the identifier of the item.
    Map<String, Quantities> quantities(Seen seen) {
        var signed = message(seen.prescription());
        var all = new HashMap<String, Quantities>();
        for (var item : signed.all(REQUEST)) {
            var id = MessageRules.item(item.path("identifier"));
            var given =
                    seen.issue().notifications().stream()
                            .map(told -> FactRules.dispenseId(told.id(), id))
                            .flatMap(one -> store.read("MedicationDispense", one).stream())
                            .filter(one -> !one.deleted())
                            .map(Stored::json)
                            .filter(one -> one.path("status").asString("").equals("completed"))
                            .map(one -> one.at("/quantity/value").asDecimal(BigDecimal.ZERO))
                            .toList();
            all.put(
                    id,
                    Quantities.of(
                            item.at("/dispenseRequest/quantity/value").asDecimal(BigDecimal.ZERO),
                            given));
        }
        return all;
    }

    // --- what is written down of that ------------------------------------------------------------

    private static long key(Prescription prescription) {
        return Keys.resource("Patient", prescription.patient());
    }

    private static Set<Long> keys(Set<String> patients) {
        return patients.stream()
                .map(id -> Keys.resource("Patient", id))
                .collect(Collectors.toSet());
    }

    private void looked(Asker asker, String what, Set<Long> patients, int status) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.READ,
                        what,
                        AuditEntry.Target.search(REQUEST, ""),
                        List.copyOf(patients),
                        status,
                        asker.source()));
    }
}
