package trellis.terminology;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Lookup;
import trellis.codes.ValueSets;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `CodeSystem/$lookup` (https://hl7.org/fhir/R4/codesystem-operation-lookup.html): everything about one code.
@Component
final class LookupApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "lookup",
                    "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
                    Set.of("CodeSystem"),
                    Level.TYPE);

    private static final Set<String> KNOWN =
            Set.of("code", "system", "version", "coding", "date", "displayLanguage", "property");

    private final Terminology terminology;

    LookupApi(Terminology terminology) {
        this.terminology = terminology;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        terminology.require(request.caller(), "CodeSystem");
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        var coding = arguments.value("coding", "Coding");
        var system = part(coding, "system").or(() -> arguments.text("system"));
        var code = part(coding, "code").or(() -> arguments.text("code"));
        var version = part(coding, "version").or(() -> arguments.text("version")).orElse("");
        if (system.isEmpty() || code.isEmpty()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required", "Send code and system, or a coding with both.", "code"));
        }
        var release =
                terminology
                        .library(request.caller())
                        .codeSystem(system.get(), version)
                        .orElseThrow(() -> ValueSets.unknownSystem(system.get(), version));
        var concept =
                release.concept(code.get())
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The code")));
        List<String> properties = arguments.texts("property");
        return OperationAnswer.of(
                Lookup.of(
                        release,
                        concept,
                        arguments.text("displayLanguage").orElse(""),
                        properties));
    }

    private static Optional<String> part(Optional<ObjectNode> coding, String name) {
        return coding.map(json -> json.path(name).asString("")).filter(text -> !text.isEmpty());
    }
}
