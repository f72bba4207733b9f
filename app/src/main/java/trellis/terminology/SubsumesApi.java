package trellis.terminology;

import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.api.Arguments;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Release;
import trellis.codes.ValueSets;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `CodeSystem/$subsumes` (https://hl7.org/fhir/R4/codesystem-operation-subsumes.html): whether one code is a kind of the other.
@Component
final class SubsumesApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "subsumes",
                    "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
                    Set.of("CodeSystem"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN =
            Set.of("codeA", "codeB", "system", "version", "codingA", "codingB");

    private final Terminology terminology;

    SubsumesApi(Terminology terminology) {
        this.terminology = terminology;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        terminology.require(request.caller(), "CodeSystem");
        request.arguments().check(request, KNOWN);
        var a = code(request.arguments(), "codeA", "codingA");
        var b = code(request.arguments(), "codeB", "codingB");
        var release = release(request, a, b);
        var first = concept(release, a, "codeA");
        var second = concept(release, b, "codeB");
        var outcome =
                first == second
                        ? "equivalent"
                        : release.above(first, second)
                                ? "subsumes"
                                : release.above(second, first) ? "subsumed-by" : "not-subsumed";
        var answer = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        answer.putArray("parameter").addObject().put("name", "outcome").put("valueCode", outcome);
        return OperationAnswer.of(answer);
    }

    /// One of the two codes.
    ///
    /// @param system empty when it is not said with the code
    private record Asked(String system, String version, String code) {}

    private static Asked code(Arguments arguments, String plain, String coding) {
        return arguments
                .value(coding, "Coding")
                .map(json ->
                        new Asked(
                                json.path("system").asString(""),
                                json.path("version").asString(""),
                                json.path("code").asString("")))
                .or(() -> arguments.text(plain).map(code -> new Asked("", "", code)))
                .filter(asked -> !asked.code().isEmpty())
                .orElseThrow(() ->
                        new Refused(
                                new Problem.BadRequest(
                                        "required",
                                        "Send " + plain + " or " + coding + ".",
                                        plain)));
    }

    private Release release(OperationRequest request, Asked a, Asked b) {
        if (!a.system().isEmpty() && !b.system().isEmpty() && !a.system().equals(b.system())) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value", "Both codes must be of one code system.", "codingB"));
        }
        if (request.level() == Level.INSTANCE) {
            var stored = terminology.resource(request.caller(), "CodeSystem", request.id());
            return terminology.compiled(Terminology.key(stored), stored.json());
        }
        var system = first(a.system(), b.system(), request.arguments().text("system").orElse(""));
        if (system.isEmpty()) {
            throw new Refused(
                    new Problem.BadRequest("required", "Send the system of the codes.", "system"));
        }
        var version =
                first(a.version(), b.version(), request.arguments().text("version").orElse(""));
        return terminology
                .library(request.caller())
                .codeSystem(system, version)
                .orElseThrow(() -> ValueSets.unknownSystem(system, version));
    }

    private static String first(String... texts) {
        for (var text : texts) {
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static int concept(Release release, Asked asked, String where) {
        return release.concept(asked.code())
                .orElseThrow(() ->
                        new Refused(
                                Problem.invalid(
                                        "not-found", "The code system has no such code.", where)));
    }
}
