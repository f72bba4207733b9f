package trellis.ips;

import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.api.Touched;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// `Patient/[id]/$summary` (https://hl7.org/fhir/uv/ips/OperationDefinition-summary.html): the International Patient Summary.
@Component
final class IpsApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "summary",
                    "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
                    Set.of("Patient"),
                    Level.INSTANCE);

    private static final Set<String> KNOWN = Set.of("profile", "graph");
    private static final String PROFILE =
            "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips";

    private final Ips ips;

    IpsApi(Ips ips) {
        this.ips = ips;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, KNOWN);
        checkProfile(request);
        var made = ips.of(request.caller(), request.id(), request.base());
        return OperationAnswer.of(made.document(), made.touched().toArray(Touched[]::new));
    }

    private static void checkProfile(OperationRequest request) {
        for (var name : KNOWN) {
            request.arguments()
                    .text(name)
                    .filter(asked -> !asked.equals(PROFILE))
                    .ifPresent(_ -> {
                        throw new Refused(
                                new Problem.BadRequest(
                                        "not-supported",
                                        "The summary made here has the profile " + PROFILE + ".",
                                        name));
                    });
        }
    }
}
