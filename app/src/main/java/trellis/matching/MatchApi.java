package trellis.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Right;
import trellis.access.Role;
import trellis.api.Arguments;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchTime;
import trellis.people.People;

/// `Patient/$match` (https://hl7.org/fhir/R4/patient-operation-match.html): who somebody may be, with why.
@Component
final class MatchApi implements Operation {
    /// It changes nothing; but a person is described in a content, never in an address.
    private static final Signature SIGNATURE =
            Signature.changing(
                    "match",
                    "http://hl7.org/fhir/OperationDefinition/Patient-match",
                    Set.of("Patient"),
                    Level.TYPE);

    private static final int MOST = 50;
    private static final double PROBABLE = 0.9;
    private static final String GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

    /// What a field says for or against, in words.
    static final String EVIDENCE = "urn:trellis:match-evidence";

    private final Matching matching;
    private final Access access;

    MatchApi(Matching matching, Access access) {
        this.matching = matching;
        this.access = access;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        var caller = request.caller();
        if (caller.role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden("Only staff and systems look for who somebody is."));
        }
        access.require(caller, Right.SEARCH, "Patient");
        var arguments = request.arguments();
        var patient = dated(patient(arguments));
        var certain = arguments.flag("onlyCertainMatches", false);
        var most = Math.clamp(arguments.number("count").orElse(MOST), 1, MOST);
        var found =
                matching.candidates(patient, access.sight(caller)).stream()
                        .filter(one -> People.seesAddress(caller, one.patient()))
                        .filter(one -> !certain || one.verdict() instanceof Verdict.Same)
                        .limit(most)
                        .toList();
        matching.recorded(new Matching.Asker(caller, request.source()), found);
        return OperationAnswer.of(bundle(found));
    }

    private static ObjectNode patient(Arguments arguments) {
        return arguments
                .resource("resource")
                .filter(sent -> sent.path("resourceType").asString("").equals("Patient"))
                .orElseThrow(() ->
                        new Refused(
                                new Problem.BadRequest(
                                        "required",
                                        "Send Parameters with a Patient as the parameter resource.",
                                        "Parameters.parameter")));
    }

    /// A date that is none would be compared with nobody's, and nobody be found.
    private static ObjectNode dated(ObjectNode patient) {
        var born = patient.path("birthDate");
        if (!born.isMissingNode()
                && (!born.isString()
                        || SearchTime.parse(born.stringValue()).isEmpty()
                        || !born.stringValue().matches("\\d{4}(-\\d{2}(-\\d{2})?)?"))) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            "The birthDate is no date. Send one such as 1945-07-14, 1945-07 or 1945.",
                            "Patient.birthDate"));
        }
        return patient;
    }

    private static ObjectNode bundle(List<Candidate> found) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "searchset").put("total", found.size());
        for (var one : found) {
            var entry = bundle.withArray("entry").addObject();
            entry.set("resource", one.patient().json());
            var search = entry.putObject("search");
            var extensions = search.putArray("extension");
            extensions.addObject().put("url", GRADE).put("valueCode", grade(one.verdict()));
            reasons(one.verdict())
                    .forEach(reason ->
                            extensions.addObject().put("url", EVIDENCE).put("valueString", reason));
            search.put("mode", "match");
            search.put("score", Math.round(1e6 * one.verdict().score().probability()) / 1e6);
        }
        return bundle;
    }

    private static String grade(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Same _ -> "certain";
            case Verdict.Perhaps(var score, _) ->
                    score.probability() >= PROBABLE ? "probable" : "possible";
            case Verdict.Different _ -> "certainly-not";
        };
    }

    private static List<String> reasons(Verdict verdict) {
        var reasons = new ArrayList<String>();
        for (var evidence : verdict.score().evidence()) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "%s: %s (%+.1f)",
                            evidence.agreement().field().words(),
                            evidence.agreement().words(),
                            evidence.weight()));
        }
        if (verdict instanceof Verdict.Perhaps(_, var guards)) {
            guards.stream().sorted().map(Guard::words).forEach(reasons::add);
        }
        return reasons;
    }
}
