package trellis.testkit;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/// HAPI FHIR, asked about base R4 only: it knows no profile, extension or code system but those of
/// the specification, and not knowing one is no error.
final class Hapi {
    /// How the message begins when the validator itself fails.
    static final String FAILURE = "HAPI failed: ";

    private static final Set<ResultSeverityEnum> FAULTS =
            EnumSet.of(ResultSeverityEnum.ERROR, ResultSeverityEnum.FATAL);

    private final FhirContext context = FhirContext.forR4();
    private final FhirValidator validator;

    Hapi() {
        var instance =
                new FhirInstanceValidator(
                        new ValidationSupportChain(
                                new DefaultProfileValidationSupport(context),
                                new CommonCodeSystemsTerminologyService(context),
                                new InMemoryTerminologyServerValidationSupport(context)));
        instance.setAnyExtensionsAllowed(true);
        instance.setErrorForUnknownProfiles(false);
        instance.setAssumeValidRestReferences(false);
        validator = context.newValidator().registerValidatorModule(instance);
    }

    /// What it holds to be wrong with a resource.
    ///
    /// @param json the resource
    /// @return one `place: sentence` for each error; empty when there is none
    List<String> errors(String json) {
        try {
            return found(json);
        } catch (RuntimeException e) {
            return List.of(FAILURE + e);
        }
    }

    private List<String> found(String json) {
        return validator.validateWithResult(json).getMessages().stream()
                .filter(m -> FAULTS.contains(m.getSeverity()))
                .map(m -> m.getLocationString() + ": " + m.getMessage())
                .toList();
    }

    /// Reads a resource in XML and writes it in JSON.
    String json(String xml) {
        return context.newJsonParser()
                .encodeResourceToString(context.newXmlParser().parseResource(xml));
    }

    /// Reads a resource in JSON and writes it again.
    String sameJson(String json) {
        var parser = context.newJsonParser();
        return parser.encodeResourceToString(parser.parseResource(json));
    }
}
