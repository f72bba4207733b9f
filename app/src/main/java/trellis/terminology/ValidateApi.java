package trellis.terminology;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.api.Arguments;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.codes.Validation;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `ValueSet/$validate-code` (https://hl7.org/fhir/R4/valueset-operation-validate-code.html): whether a code is one of a value set.
@Component
final class ValidateApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "validate-code",
                    "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
                    Set.of("ValueSet"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN =
            Set.of(
                    "url",
                    "valueSet",
                    "valueSetVersion",
                    "code",
                    "system",
                    "systemVersion",
                    "display",
                    "coding",
                    "codeableConcept",
                    "date",
                    "abstract",
                    "displayLanguage");

    /// How many codings of a CodeableConcept are looked at.
    private static final int MOST_CODINGS = 100;

    private final Terminology terminology;

    ValidateApi(Terminology terminology) {
        this.terminology = terminology;
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
        request.arguments().check(request, KNOWN);
        var valueSet = ExpandApi.valueSet(terminology, request);
        var language = request.arguments().text("displayLanguage").orElse("");
        var abstracts = request.arguments().flag("abstract", true);
        return OperationAnswer.of(
                first(
                                codings(request.arguments(), "systemVersion"),
                                coding ->
                                        Validation.of(
                                                terminology.select(
                                                        request.caller(),
                                                        valueSet,
                                                        coding.system()),
                                                coding,
                                                language,
                                                abstracts))
                        .json());
    }

    /// The codes that a request asks about: of a CodeableConcept all of them.
    ///
    /// @param version the parameter that names the version of the code system
    static List<Validation.Coding> codings(Arguments arguments, String version) {
        var codings = new ArrayList<Validation.Coding>();
        arguments
                .value("codeableConcept", "CodeableConcept")
                .ifPresent(concept ->
                        concept.path("coding").forEach(coding -> codings.add(coding(coding))));
        arguments.value("coding", "Coding").ifPresent(coding -> codings.add(coding(coding)));
        arguments
                .text("code")
                .ifPresent(code ->
                        codings.add(
                                new Validation.Coding(
                                        arguments.text("system").orElse(""),
                                        arguments.text(version).orElse(""),
                                        code,
                                        arguments.text("display").orElse(""))));
        if (codings.size() > MOST_CODINGS) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "Up to " + MOST_CODINGS + " codings are looked at; send fewer.",
                            "codeableConcept"));
        }
        if (codings.isEmpty() || codings.stream().anyMatch(one -> one.code().isEmpty())) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "Send a code with its system, a coding or a codeableConcept.",
                            "code"));
        }
        return codings;
    }

    private static Validation.Coding coding(JsonNode json) {
        return new Validation.Coding(
                json.path("system").asString(""),
                json.path("version").asString(""),
                json.path("code").asString(""),
                json.path("display").asString(""));
    }

    /// The first that is right; when none is, what was said of the first.
    static Validation first(
            List<Validation.Coding> codings, Function<Validation.Coding, Validation> validate) {
        var all = codings.stream().map(validate).toList();
        return all.stream().filter(Validation::result).findFirst().orElse(all.getFirst());
    }
}
