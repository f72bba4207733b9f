package trellis.terminology;

import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Translation;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `ConceptMap/$translate` (https://hl7.org/fhir/R4/conceptmap-operation-translate.html): what a code is in another code system.
@Component
final class TranslateApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "translate",
                    "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
                    Set.of("ConceptMap"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN =
            Set.of(
                    "url",
                    "conceptMap",
                    "conceptMapVersion",
                    "code",
                    "system",
                    "version",
                    "source",
                    "coding",
                    "codeableConcept",
                    "target",
                    "targetsystem",
                    "reverse");

    private final Terminology terminology;

    TranslateApi(Terminology terminology) {
        this.terminology = terminology;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public String contentParameter() {
        return "conceptMap";
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        terminology.require(request.caller(), "ConceptMap");
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        var codings = ValidateApi.codings(arguments, "version");
        var maps = maps(request);
        var answers =
                codings.stream()
                        .map(coding ->
                                Translation.of(
                                        maps,
                                        new Translation.Wanted(
                                                coding.system(),
                                                coding.code(),
                                                arguments.text("targetsystem").orElse(""),
                                                arguments.flag("reverse", false))))
                        .toList();
        return OperationAnswer.of(
                answers.stream()
                        .filter(answer -> answer.at("/parameter/0/valueBoolean").asBoolean(false))
                        .findFirst()
                        .orElse(answers.getFirst()));
    }

    private List<ObjectNode> maps(OperationRequest request) {
        var arguments = request.arguments();
        if (request.level() == Level.INSTANCE) {
            return List.of(
                    terminology.resource(request.caller(), "ConceptMap", request.id()).json());
        }
        var sent = arguments.resources("conceptMap");
        if (!sent.isEmpty()) {
            return sent;
        }
        var url = arguments.text("url");
        if (url.isPresent()) {
            return List.of(
                    terminology
                            .conceptMap(
                                    request.caller(),
                                    url.get(),
                                    arguments.text("conceptMapVersion").orElse(""))
                            .orElseThrow(
                                    () -> new Refused(new Problem.NotFound("The concept map"))));
        }
        var source = arguments.text("source").orElse("");
        var target = arguments.text("target").orElse("");
        if (source.isEmpty() && target.isEmpty()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "Send the url of a concept map, a conceptMap itself, or the source or"
                                    + " target value set of the maps to use.",
                            "url"));
        }
        var maps = terminology.conceptMaps(request.caller(), source, target);
        if (maps.isEmpty()) {
            throw new Refused(new Problem.NotFound("A concept map between these value sets"));
        }
        return maps;
    }
}
