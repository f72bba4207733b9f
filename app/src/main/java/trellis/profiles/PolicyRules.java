package trellis.profiles;

import java.util.EnumSet;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.validator.FhirDefaultPolicyAdvisor;
import org.hl7.fhir.r5.fhirpath.ExpressionNode;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.model.Base;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.IResourceValidator;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.jspecify.annotations.Nullable;

/// How HL7's validator goes about it: no reference is followed out of what was sent, and the time is looked at with each element and
/// each step of an expression.
final class PolicyRules extends FhirDefaultPolicyAdvisor implements FHIRPathEngine.IDebugTracer {
    private final Deadline deadline;

    PolicyRules(Deadline deadline) {
        this.deadline = deadline;
    }

    @Override
    public EnumSet<ElementValidationAction> policyForElement(
            @Nullable IResourceValidator validator,
            @Nullable Object context,
            @Nullable StructureDefinition structure,
            @Nullable ElementDefinition element,
            @Nullable String path) {
        deadline.check();
        return super.policyForElement(validator, context, structure, element, path);
    }

    @Override
    public ReferenceValidationPolicy policyForReference(
            @Nullable IResourceValidator validator,
            @Nullable Object context,
            @Nullable String path,
            @Nullable String url,
            @Nullable ReferenceDestinationType destination) {
        deadline.check();
        return ReferenceValidationPolicy.IGNORE;
    }

    @Override
    public void traceExpression(
            FHIRPathEngine.@Nullable ExecutionContext context,
            @Nullable List<Base> focus,
            @Nullable List<Base> result,
            @Nullable ExpressionNode expression) {
        deadline.check();
    }

    @Override
    public void traceOperationExpression(
            FHIRPathEngine.@Nullable ExecutionContext context,
            @Nullable List<Base> focus,
            @Nullable List<Base> result,
            @Nullable ExpressionNode expression) {
        deadline.check();
    }
}
