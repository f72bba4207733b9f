package trellis.api;

import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// The profiles, tags and security labels of a resource: `[type]/[id]/$meta`
/// (https://hl7.org/fhir/R4/resource-operation-meta.html).
@Component
final class Meta implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "meta",
                    "http://hl7.org/fhir/OperationDefinition/Resource-meta",
                    Set.of(),
                    Level.INSTANCE);

    private final Store store;
    private final Narrowing narrowing;

    Meta(Store store, Narrowing narrowing) {
        this.store = store;
        this.narrowing = narrowing;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of());
        var sight = narrowing.read(request.caller(), request.type());
        var name = request.type() + "/" + request.id();
        var stored =
                store.read(request.type(), request.id(), sight)
                        .orElseThrow(() -> Narrowing.missing(sight, request.type(), name));
        if (stored.deleted()) {
            throw new Refused(new Problem.Gone(name));
        }
        return OperationAnswer.of(
                MetaChange.told(stored.json()), Touched.read("$meta", stored, 200));
    }
}
