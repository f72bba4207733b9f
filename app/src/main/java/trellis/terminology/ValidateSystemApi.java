package trellis.terminology;

import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Release;
import trellis.codes.Validation;
import trellis.codes.ValueSets;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `CodeSystem/$validate-code` (https://hl7.org/fhir/R4/codesystem-operation-validate-code.html): whether a code is one of a code
/// system.
@Component
final class ValidateSystemApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "validate-code",
                    "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
                    Set.of("CodeSystem"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN =
            Set.of(
                    "url",
                    "codeSystem",
                    "code",
                    "version",
                    "display",
                    "coding",
                    "codeableConcept",
                    "date",
                    "abstract",
                    "displayLanguage");

    private final Terminology terminology;

    ValidateSystemApi(Terminology terminology) {
        this.terminology = terminology;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public String contentParameter() {
        return "codeSystem";
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        terminology.require(request.caller(), "CodeSystem");
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        var language = arguments.text("displayLanguage").orElse("");
        var abstracts = arguments.flag("abstract", true);
        return OperationAnswer.of(
                ValidateApi.first(
                                ValidateApi.codings(arguments, "version"),
                                coding -> validated(request, coding, language, abstracts))
                        .json());
    }

    private Validation validated(
            OperationRequest request,
            Validation.Coding coding,
            String language,
            boolean abstracts) {
        var release = release(request, coding);
        return coding.system().isEmpty() || coding.system().equals(release.system())
                ? Validation.of(release, coding, language, abstracts)
                : Validation.not("The code is of another code system than the one that is asked.");
    }

    private Release release(OperationRequest request, Validation.Coding coding) {
        if (request.level() == Level.INSTANCE) {
            var stored = terminology.resource(request.caller(), "CodeSystem", request.id());
            return terminology.compiled(Terminology.key(stored), stored.json());
        }
        var sent = request.arguments().resource("codeSystem");
        if (sent.isPresent()) {
            return terminology.compiled("", sent.get());
        }
        var url = request.arguments().text("url").orElse(coding.system());
        if (url.isEmpty()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "Send the url of a code system, or a coding with it.",
                            "url"));
        }
        var version =
                coding.version().isEmpty()
                        ? request.arguments().text("version").orElse("")
                        : coding.version();
        return terminology
                .library(request.caller())
                .codeSystem(url, version)
                .orElseThrow(() -> ValueSets.unknownSystem(url, version));
    }
}
