package trellis.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.formats.IParser;
import org.hl7.fhir.r4.formats.JsonParser;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;
import trellis.fhir.Json;
import trellis.fhir.search.Units;

/// What HL7's validator asks for: definitions and codes, from this server alone. It asks nobody else, so that nothing is asked of any
/// other machine.
final class SupportReads implements IValidationSupport {
    private final FhirContext context;
    private final DefinitionReads definitions;
    private final TermReads terms;
    private final Map<String, StructureDefinition> parsed = new ConcurrentHashMap<>();

    /// Units, languages, media types and currencies, which are grammars and no lists.
    private final IValidationSupport grammars;

    private final IValidationSupport snapshots;

    SupportReads(FhirContext context, DefinitionReads definitions, TermReads terms) {
        this.context = context;
        this.definitions = definitions;
        this.terms = terms;
        this.grammars = new CommonCodeSystemsTerminologyService(context);
        this.snapshots = new SnapshotGeneratingValidationSupport(context);
    }

    private static StructureDefinition parse(Definition definition) {
        try {
            return (StructureDefinition) new JsonParser().parse(Json.write(definition.json()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public FhirContext getFhirContext() {
        return context;
    }

    @Override
    public String getName() {
        return "Trellis";
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
        return (List<T>) definitions.types().stream().map(SupportReads::parse).toList();
    }

    @Override
    public <T extends IBaseResource> List<T> fetchAllNonBaseStructureDefinitions() {
        return List.of();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends IBaseResource> @Nullable T fetchResource(
            @Nullable Class<T> type, String canonical) {
        if (type == StructureDefinition.class) {
            return (T) fetchStructureDefinition(canonical);
        }
        return type == ValueSet.class ? (T) fetchValueSet(canonical) : null;
    }

    @Override
    public @Nullable IBaseResource fetchStructureDefinition(String canonical) {
        return definitions
                .find(canonical)
                .map(one -> TermReads.kept(parsed, one.key(), () -> parse(one)))
                .orElse(null);
    }

    /// One coding of the value set will do, whatever others there are beside it.
    @Override
    public boolean isCodeableConceptValidationSuccessfulIfNotAllCodingsAreValid() {
        return true;
    }

    /// A value set without its codes: which they are is asked of [TermReads].
    @Override
    public @Nullable IBaseResource fetchValueSet(String canonical) {
        return terms.valueSet(canonical)
                .map(json -> {
                    var valueSet = new ValueSet();
                    valueSet.setUrl(canonical);
                    valueSet.setName(json.path("name").asString(""));
                    valueSet.setTitle(json.path("title").asString(""));
                    valueSet.setStatus(PublicationStatus.ACTIVE);
                    return valueSet;
                })
                .orElse(null);
    }

    @Override
    public @Nullable IBaseResource fetchCodeSystem(String system) {
        return null;
    }

    @Override
    public boolean isCodeSystemSupported(ValidationSupportContext asker, String system) {
        return grammars.isCodeSystemSupported(asker, system)
                || (!system.isEmpty() && terms.holds(system));
    }

    @Override
    public boolean isValueSetSupported(ValidationSupportContext asker, String canonical) {
        return true;
    }

    @Override
    public @Nullable CodeValidationResult validateCode(
            ValidationSupportContext asker,
            ConceptValidationOptions options,
            @Nullable String system,
            @Nullable String code,
            @Nullable String display,
            @Nullable String valueSet) {
        if (system != null
                && !system.equals(TermReads.LANGUAGES)
                && !system.equals(Units.UCUM)
                && grammars.isCodeSystemSupported(asker, system)) {
            return grammars.validateCode(asker, options, system, code, display, valueSet);
        }
        if (valueSet != null && !valueSet.isEmpty()) {
            return result(
                    code,
                    terms.inValueSet(valueSet, text(system), text(code), text(display)),
                    CodeValidationIssueCoding.NOT_IN_VS);
        }
        return system == null || system.isEmpty()
                ? null
                : result(
                        code,
                        terms.inSystem(system, text(code), text(display)),
                        CodeValidationIssueCoding.INVALID_CODE);
    }

    @Override
    public @Nullable CodeValidationResult validateCodeInValueSet(
            ValidationSupportContext asker,
            ConceptValidationOptions options,
            @Nullable String system,
            @Nullable String code,
            @Nullable String display,
            IBaseResource resource) {
        if (!(resource instanceof ValueSet valueSet)) {
            return null;
        }
        var url = text(valueSet.getUrl());
        var bar = url.indexOf('|');
        if (!url.endsWith("languages")
                && grammars.isValueSetSupported(asker, bar < 0 ? url : url.substring(0, bar))) {
            valueSet.setUrl(bar < 0 ? url : url.substring(0, bar));
            return grammars.validateCodeInValueSet(asker, options, system, code, display, resource);
        }
        var answer =
                valueSet.hasUrl() && !valueSet.hasCompose()
                        ? terms.inValueSet(
                                valueSet.getUrl(), text(system), text(code), text(display))
                        : whole(valueSet)
                                .map(bytes ->
                                        terms.inValueSet(
                                                Json.parse(bytes),
                                                text(system),
                                                text(code),
                                                text(display)))
                                .orElseGet(() ->
                                        new TermReads.Answer.Unknown(
                                                "The value set in the resource cannot be read."));
        return result(code, answer, CodeValidationIssueCoding.NOT_IN_VS);
    }

    @Override
    public @Nullable IBaseResource generateSnapshot(
            ValidationSupportContext asker,
            IBaseResource input,
            @Nullable String url,
            @Nullable String webUrl,
            @Nullable String name) {
        return snapshots.generateSnapshot(asker, input, url, webUrl, name);
    }

    private static Optional<byte[]> whole(ValueSet valueSet) {
        try {
            var parser = new JsonParser();
            parser.setOutputStyle(IParser.OutputStyle.NORMAL);
            return Optional.of(parser.composeString(valueSet).getBytes(UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static CodeValidationResult result(
            @Nullable String code, TermReads.Answer answer, CodeValidationIssueCoding what) {
        return switch (answer) {
            case TermReads.Answer.Right(var display, var remark) -> {
                var right = new CodeValidationResult().setCode(code).setDisplay(display);
                yield remark.isEmpty()
                        ? right
                        : remarked(right, remark, CodeValidationIssueCoding.INVALID_DISPLAY);
            }
            case TermReads.Answer.Wrong(var why) ->
                    new CodeValidationResult()
                            .setSeverity(IssueSeverity.ERROR)
                            .setMessage(why)
                            .addIssue(
                                    new CodeValidationIssue(
                                            why,
                                            IssueSeverity.ERROR,
                                            CodeValidationIssueCode.CODE_INVALID,
                                            what));
            case TermReads.Answer.Unknown(var why) ->
                    remarked(
                            new CodeValidationResult().setCode(code),
                            why,
                            CodeValidationIssueCoding.NOT_FOUND);
        };
    }

    private static CodeValidationResult remarked(
            CodeValidationResult result, String remark, CodeValidationIssueCoding what) {
        return result.setSeverity(IssueSeverity.WARNING)
                .setMessage(remark)
                .addIssue(
                        new CodeValidationIssue(
                                remark,
                                IssueSeverity.WARNING,
                                CodeValidationIssueCode.NOT_FOUND,
                                what));
    }

    private static String text(@Nullable String perhaps) {
        return perhaps == null ? "" : perhaps;
    }
}
