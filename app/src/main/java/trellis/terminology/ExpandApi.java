package trellis.terminology;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Expansion;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `ValueSet/$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html): the codes of a value set.
@Component
final class ExpandApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "expand",
                    "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
                    Set.of("ValueSet"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN =
            Set.of(
                    "url",
                    "valueSet",
                    "valueSetVersion",
                    "filter",
                    "date",
                    "offset",
                    "count",
                    "includeDesignations",
                    "includeDefinition",
                    "activeOnly",
                    "excludeNested",
                    "excludeNotForUI",
                    "excludePostCoordinated",
                    "displayLanguage");

    private final Terminology terminology;
    private final TerminologySettings settings;
    private final Clock clock;

    ExpandApi(Terminology terminology, TerminologySettings settings, Clock clock) {
        this.terminology = terminology;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public String contentParameter() {
        return "valueSet";
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        terminology.require(request.caller(), "ValueSet", "CodeSystem");
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        var wanted =
                new Expansion.Wanted(
                        arguments.text("filter").orElse(""),
                        arguments.number("offset").orElse(0),
                        arguments.number("count"),
                        arguments.flag("activeOnly", false),
                        arguments.flag("includeDesignations", false),
                        arguments.text("displayLanguage").orElse(""),
                        !arguments.flag("excludeNested", true),
                        arguments.flag("includeDefinition", false));
        return OperationAnswer.of(
                Expansion.of(
                        valueSet(terminology, request),
                        terminology.library(request.caller()),
                        wanted,
                        settings.most(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS)));
    }

    /// The value set that a request is about: the one of its address, the one it brings, or the one it names.
    static ObjectNode valueSet(Terminology terminology, OperationRequest request) {
        if (request.level() == Level.INSTANCE) {
            return terminology.resource(request.caller(), "ValueSet", request.id()).json();
        }
        var arguments = request.arguments();
        var sent = arguments.resource("valueSet");
        if (sent.isPresent()) {
            return sent.get();
        }
        var url =
                arguments
                        .text("url")
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "required",
                                                "Send the url of a value set, or a valueSet"
                                                        + " itself.",
                                                "url")));
        var bar = url.contains("?fhir_vs") ? -1 : url.indexOf('|');
        var version =
                bar < 0 ? arguments.text("valueSetVersion").orElse("") : url.substring(bar + 1);
        return terminology
                .valueSet(request.caller(), bar < 0 ? url : url.substring(0, bar), version)
                .orElseThrow(() -> new Refused(new Problem.NotFound("The value set")));
    }
}
