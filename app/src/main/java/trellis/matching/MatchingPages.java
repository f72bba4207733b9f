package trellis.matching;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.people.People;
import trellis.store.Keys;
import trellis.store.Stored;

/// The queue of pairs that may be one person, one pair side by side, and a merge with its undoing.
@PageController
final class MatchingPages {
    private static final int PAGE = 25;
    private static final int MOST_WORDS = 400;
    private static final String WHY = "why";
    private static final String ANSWER = "answer";
    private static final String STAYS = "stays";

    private final Matching matching;
    private final People people;
    private final PageViews views;
    private final Pages pages;

    MatchingPages(Matching matching, People people, PageViews views, Pages pages) {
        this.matching = matching;
        this.people = people;
        this.views = views;
        this.pages = pages;
    }

    private Caller caller() {
        var caller = people.caller();
        matching.mayDecide(caller);
        return caller;
    }

    // --- the queue -------------------------------------------------------------------------------

    /// @param view `answered` for what somebody has answered
    /// @param after number of the pair after which they come
    /// @param done what has just been done
    @GetMapping("/matching")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "waiting") String view,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "") String done,
            HttpServletRequest request) {
        var caller = caller();
        var answered = view.equals("answered");
        var some = matching.pairs(caller, !answered, after, PAGE);
        var shown = some.pairs();
        var records = matching.records(shown);
        var rows = shown.stream().flatMap(pair -> row(pair, records, caller).stream()).toList();
        var content =
                new MatchingView.Queue(
                        answered,
                        said(done),
                        WeightsCommand.source(matching.weights()),
                        rows,
                        count(shown.size(), after == 0, some.next().isEmpty()),
                        some.next().stream()
                                .mapToObj(next ->
                                        "/matching?view="
                                                + (answered ? "answered" : "waiting")
                                                + "&after="
                                                + next)
                                .findFirst());
        views.record(
                "page: pairs of records",
                Target.search("Patient", ""),
                List.copyOf(records.keySet()),
                request);
        return pages.show(
                Page.of("matching/queue", "Records that may be one person", content)
                        .acrossTheWidth(),
                request);
    }

    /// How many there are in all is not known before all have been looked at, and is not said.
    private static String count(int shown, boolean first, boolean last) {
        return first && last
                ? StaffFormat.shown(shown, shown)
                : shown + " shown here, " + (last ? "the last" : "more follow");
    }

    private static String said(String done) {
        return switch (done) {
            case "different" -> "It is recorded that they are different people.";
            case "later" -> "It is recorded that you are not sure. The pair stays in the queue.";
            default -> "";
        };
    }

    private Optional<MatchingView.Row> row(Pair pair, Map<Long, Stored> records, Caller caller) {
        var one = records.get(pair.oneKey());
        var other = records.get(pair.otherKey());
        if (one == null || other == null) {
            return Optional.empty();
        }
        var verdict = matching.verdict(one.json(), other.json());
        return Optional.of(
                new MatchingView.Row(
                        pair.id(),
                        who(one, caller),
                        who(other, caller),
                        likely(verdict),
                        reasons(verdict),
                        result(pair)));
    }

    private static String likely(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Same _ -> "Almost certainly one person";
            case Verdict.Perhaps(var score, var guards) ->
                    guards.isEmpty()
                            ? "Perhaps one person (" + percent(score) + ")"
                            : "Alike, but held back";
            case Verdict.Different _ -> "Hardly alike any more";
        };
    }

    private static String percent(Verdict.Score score) {
        var percent = (int) Math.floor(100 * score.probability());
        return percent >= 99 ? "over 99%" : "about " + Math.max(1, percent) + "%";
    }

    private static List<String> reasons(Verdict verdict) {
        var reasons = new ArrayList<String>();
        if (verdict instanceof Verdict.Perhaps(_, var guards)) {
            guards.stream().sorted().map(Guard::words).forEach(reasons::add);
        }
        verdict.score().evidence().stream()
                .filter(one -> one.weight() < 0)
                .map(one -> one.agreement().field().words() + ": " + small(one.agreement().words()))
                .forEach(reasons::add);
        return reasons.isEmpty() ? List.of("Everything that both have agrees.") : reasons;
    }

    private static String small(String words) {
        return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    private static String result(Pair pair) {
        var answer = pair.answer();
        return answer.finding() == Pair.Finding.OPEN
                ? ""
                : answer.finding().words()
                        + ", says "
                        + answer.who()
                        + answer.when().map(when -> ", " + StaffFormat.dateTime(when)).orElse("")
                        + (answer.why().isEmpty() ? "" : ": " + answer.why());
    }

    private static MatchingView.Who who(Stored stored, Caller caller) {
        var patient = new Patient(stored.json());
        return new MatchingView.Who(
                patient.key(),
                patient.shownName(),
                patient.born().map(StaffFormat::date).orElse(StaffFormat.NOT_KNOWN),
                patient.gender(),
                patient.nhsNumber().map(NhsNumber::spaced).orElse(StaffFormat.NOT_KNOWN),
                People.seesAddress(caller, patient)
                        ? patient.postcode().orElse(StaffFormat.NOT_RECORDED)
                        : "Restricted: address not shown");
    }

    // --- one pair --------------------------------------------------------------------------------

    @GetMapping("/matching/{id}")
    ResponseEntity<byte[]> pair(@PathVariable long id, HttpServletRequest request) {
        return pair(id, Map.of(), Map.of(), request);
    }

    private ResponseEntity<byte[]> pair(
            long id,
            Map<String, String> chosen,
            Map<String, String> errors,
            HttpServletRequest request) {
        var caller = caller();
        var pair = matching.pair(caller, id);
        var records = matching.records(List.of(pair));
        var one = record(records, pair.oneKey());
        var other = record(records, pair.otherKey());
        var verdict = matching.verdict(one.json(), other.json());
        var content =
                new MatchingView.Two(
                        id,
                        who(one, caller),
                        who(other, caller),
                        lines(one, other, verdict, caller),
                        String.format(
                                Locale.ROOT,
                                "%s: %+.1f bits in sum",
                                likely(verdict),
                                verdict.score().weight()),
                        verdict instanceof Verdict.Perhaps(_, var guards)
                                ? guards.stream().sorted().map(Guard::words).toList()
                                : List.of(),
                        pair.answer().finding().waits()
                                ? Optional.of(form(one, other, chosen, errors))
                                : Optional.empty(),
                        result(pair),
                        matching.merged(pair).map(Merge::id));
        views.record(
                "page: a pair of records",
                Target.resource("Patient", pair.one(), 0),
                List.of(pair.oneKey(), pair.otherKey()),
                request);
        var title = (errors.isEmpty() ? "" : "Error: ") + "Is this one person?";
        return pages.show(Page.of("matching/pair", title, content).acrossTheWidth(), request);
    }

    private static Stored record(Map<Long, Stored> records, long key) {
        var found = records.get(key);
        if (found == null) {
            throw new Refused(new Problem.NotFound("The pair"));
        }
        return found;
    }

    private static MatchingView.Form form(
            Stored one, Stored other, Map<String, String> chosen, Map<String, String> errors) {
        var answers = new LinkedHashMap<String, String>();
        answers.put(Pair.Finding.SAME.code(), "The same person: make the two records one");
        answers.put(Pair.Finding.DIFFERENT.code(), "Different people");
        answers.put(Pair.Finding.LATER.code(), "Not sure: somebody else should look");
        var stays = new LinkedHashMap<String, String>();
        if (!MergeRules.mustStay(other.json(), one.json())) {
            stays.put(one.id(), staying("The first record", one, other));
        }
        if (!MergeRules.mustStay(one.json(), other.json())) {
            stays.put(other.id(), staying("The second record", other, one));
        }
        return new MatchingView.Form(
                List.of(one.version(), other.version()), answers, stays, chosen, errors);
    }

    private static String staying(String which, Stored stays, Stored goes) {
        var carried = MergeRules.carried(stays.json(), goes.json());
        return carried.isEmpty() ? which : which + ". " + String.join(" ", carried);
    }

    private static List<MatchingView.Line> lines(
            Stored one, Stored other, Verdict verdict, Caller caller) {
        var lines = new ArrayList<MatchingView.Line>();
        for (var field : Field.values()) {
            var found =
                    verdict.score().evidence().stream()
                            .filter(evidence -> evidence.agreement().field() == field)
                            .findFirst();
            lines.add(
                    new MatchingView.Line(
                            field.words(),
                            value(field, one, caller),
                            value(field, other, caller),
                            found.map(evidence ->
                                            evidence.agreement().words()
                                                    + (evidence.rare() ? ", and few bear it" : ""))
                                    .orElse(
                                            exchanged(field, verdict)
                                                    ? "Counted with the family name"
                                                    : "No evidence: not known of both"),
                            found.map(MatchingPages::weight).orElse("0"),
                            found.filter(evidence -> evidence.weight() < 0).isPresent()));
        }
        return lines;
    }

    private static boolean exchanged(Field field, Verdict verdict) {
        return field == Field.GIVEN
                && verdict.score().evidence().stream()
                        .anyMatch(one -> one.agreement() == Agreement.NAMES_EXCHANGED);
    }

    private static String weight(Verdict.Evidence evidence) {
        return String.format(
                Locale.ROOT,
                "%+.1f %s",
                evidence.weight(),
                evidence.weight() < 0 ? "against" : "for");
    }

    private static String value(Field field, Stored stored, Caller caller) {
        var patient = new Patient(stored.json());
        var said =
                switch (field) {
                    case FAMILY -> names(patient, true);
                    case GIVEN -> names(patient, false);
                    case BORN -> patient.born().map(StaffFormat::date);
                    case GENDER -> Optional.of(patient.gender());
                    case ADDRESS ->
                            People.seesAddress(caller, patient)
                                    ? patient.addressLine()
                                    : Optional.of("Restricted: not shown");
                    case PHONE -> contacts(patient, "phone", caller);
                    case EMAIL -> contacts(patient, "email", caller);
                    case NUMBER -> patient.nhsNumber().map(NhsNumber::spaced);
                };
        return said.orElse(StaffFormat.NOT_RECORDED);
    }

    private static Optional<String> names(Patient patient, boolean family) {
        return Optional.of(
                        String.join(
                                "; ",
                                patient.names().stream()
                                        .map(name ->
                                                family
                                                        ? name.family().orElse("")
                                                        : String.join(" ", name.given()))
                                        .filter(text -> !text.isEmpty())
                                        .distinct()
                                        .toList()))
                .filter(text -> !text.isEmpty());
    }

    private static Optional<String> contacts(Patient patient, String system, Caller caller) {
        if (!People.seesAddress(caller, patient)) {
            return Optional.of("Restricted: not shown");
        }
        return Optional.of(
                        String.join(
                                "; ",
                                patient.json()
                                        .path("telecom")
                                        .valueStream()
                                        .filter(one ->
                                                one.path("system").asString("").equals(system))
                                        .map(one -> one.path("value").asString(""))
                                        .toList()))
                .filter(text -> !text.isEmpty());
    }

    /// Takes the answer.
    ///
    /// @param stays id of the record that stays
    /// @param first version of the first record, as it was shown
    /// @param second version of the second
    @PostMapping("/matching/{id}")
    ResponseEntity<byte[]> answer(
            @PathVariable long id,
            @RequestParam(defaultValue = "") String answer,
            @RequestParam(defaultValue = "") String stays,
            @RequestParam(defaultValue = "") String why,
            @RequestParam(defaultValue = "0") long first,
            @RequestParam(defaultValue = "0") long second,
            HttpServletRequest request) {
        var caller = caller();
        var pair = matching.pair(caller, id);
        var chosen = Map.of(ANSWER, answer, STAYS, stays, WHY, why);
        var errors = errors(pair, answer, stays, why.strip());
        if (!errors.isEmpty()) {
            return pair(id, chosen, errors, request);
        }
        var asker = new Matching.Asker(caller, AuditEntry.Source.of(request));
        var finding = Pair.Finding.of(answer).orElseThrow();
        try {
            if (finding != Pair.Finding.SAME) {
                matching.answer(asker, pair, List.of(first, second), finding, why.strip());
                return to("/matching?done=" + finding.code());
            }
            var one = new Matching.Seen(pair.one(), first);
            var other = new Matching.Seen(pair.other(), second);
            var merge =
                    stays.equals(pair.one())
                            ? matching.merge(asker, one, other, why.strip())
                            : matching.merge(asker, other, one, why.strip());
            return to("/matching/merges/" + merge);
        } catch (Refused e) {
            return pair(id, chosen, Map.of(ANSWER, conflict(e)), request);
        }
    }

    private static String conflict(Refused refused) {
        if (refused.problem() instanceof Problem.Conflict(var why, _)) {
            return why;
        }
        throw refused;
    }

    private static Map<String, String> errors(Pair pair, String answer, String stays, String why) {
        var errors = new LinkedHashMap<String, String>();
        var finding = Pair.Finding.of(answer).filter(one -> one != Pair.Finding.OPEN);
        if (finding.isEmpty()) {
            errors.put(ANSWER, "Choose whether they are one person");
        }
        if (finding.filter(one -> one == Pair.Finding.SAME).isPresent()
                && !Set.of(pair.one(), pair.other()).contains(stays)) {
            errors.put(STAYS, "Choose which record stays");
        }
        words(why).ifPresent(error -> errors.put(WHY, error));
        return errors;
    }

    private static Optional<String> words(String why) {
        if (why.isEmpty()) {
            return Optional.of("Say what makes you think so");
        }
        return why.length() > MOST_WORDS
                ? Optional.of("Use " + MOST_WORDS + " characters or fewer")
                : Optional.empty();
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }

    // --- one merge -------------------------------------------------------------------------------

    @GetMapping("/matching/merges/{id}")
    ResponseEntity<byte[]> merge(@PathVariable long id, HttpServletRequest request) {
        return merge(id, "", "", request);
    }

    private ResponseEntity<byte[]> merge(
            long id, String words, String error, HttpServletRequest request) {
        var caller = caller();
        var merge = matching.merge(caller, id);
        var records = matching.records(merge);
        if (records.size() < 2) {
            throw new Refused(new Problem.NotFound("The merge"));
        }
        var said = new ArrayList<String>();
        said.add("Made one by " + said(merge.merged()));
        merge.undone().ifPresent(undone -> said.add("Undone by " + said(undone)));
        var content =
                new MatchingView.Merged(
                        id,
                        who(records.get(0), caller),
                        who(records.get(1), caller),
                        said,
                        matching.moved(merge),
                        merge.undone().isPresent(),
                        matching.between(merge).stream().map(one -> written(one, merge)).toList(),
                        words,
                        error);
        views.record(
                "page: a merge of records",
                Target.resource("Patient", merge.stays(), 0),
                List.of(
                        Keys.resource("Patient", merge.stays()),
                        Keys.resource("Patient", merge.goes())),
                request);
        var title = (error.isEmpty() ? "" : "Error: ") + "Two records made one";
        return pages.show(Page.of("matching/merge", title, content).acrossTheWidth(), request);
    }

    private static String said(Merge.Said said) {
        return said.who() + ", " + StaffFormat.dateTime(said.when()) + ": " + said.why();
    }

    private static MatchingView.Written written(Stored one, Merge merge) {
        return new MatchingView.Written(
                one.type() + " " + one.id(),
                StaffFormat.dateTime(one.lastUpdated()),
                one.patient() == Keys.resource("Patient", merge.goes())
                        ? "The record that was replaced"
                        : "The record that stayed");
    }

    @PostMapping("/matching/merges/{id}")
    ResponseEntity<byte[]> undo(
            @PathVariable long id,
            @RequestParam(defaultValue = "") String why,
            HttpServletRequest request) {
        var caller = caller();
        var merge = matching.merge(caller, id);
        var wrong = words(why.strip());
        if (wrong.isPresent()) {
            return merge(id, why, wrong.get(), request);
        }
        try {
            matching.undo(
                    new Matching.Asker(caller, AuditEntry.Source.of(request)), merge, why.strip());
        } catch (Refused e) {
            return merge(id, why, conflict(e), request);
        }
        return to("/matching/merges/" + id);
    }
}
