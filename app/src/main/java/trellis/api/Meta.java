package trellis.api;

import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.store.Store;

/// The profiles, tags and security labels of a resource, of a type, or of everything: `[type]/[id]/$meta`, `[type]/$meta`, `$meta`
/// (https://hl7.org/fhir/R4/resource-operation-meta.html).
@Component
final class Meta implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "meta",
                    "http://hl7.org/fhir/OperationDefinition/Resource-meta",
                    Set.of(),
                    Level.INSTANCE,
                    Level.TYPE,
                    Level.SYSTEM);

    private final Narrowing narrowing;
    private final MetaUnion union;

    Meta(Store store, Narrowing narrowing) {
        this.narrowing = narrowing;
        this.union = new MetaUnion(store, narrowing);
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of());
        return switch (request.level()) {
            case INSTANCE -> one(request);
            case TYPE, SYSTEM -> union.answer(request);
        };
    }

    private OperationAnswer one(OperationRequest request) {
        var stored = narrowing.current(request.caller(), request.type(), request.id());
        return OperationAnswer.of(
                MetaChange.told(stored.json()), Touched.read("$meta", stored, 200));
    }
}
