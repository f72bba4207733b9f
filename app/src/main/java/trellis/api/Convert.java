package trellis.api;

import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// A resource in another format: `$convert` (https://hl7.org/fhir/R4/resource-operation-convert.html). It is read in the format
/// that it comes in and written in the one that is asked for, and kept nowhere.
@Component
final class Convert implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "convert",
                    "http://hl7.org/fhir/OperationDefinition/Resource-convert",
                    Set.of(),
                    Level.SYSTEM);

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public String contentParameter() {
        return "input";
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of("input"));
        return OperationAnswer.of(
                request.arguments()
                        .resource("input")
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "required",
                                                "Send the resource to convert as the content of a POST.",
                                                "input"))));
    }
}
