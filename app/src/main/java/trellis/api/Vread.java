package trellis.api;

import java.util.regex.Pattern;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// One version of a resource: `GET [base]/[type]/[id]/_history/[vid]`
/// (https://hl7.org/fhir/R4/http.html#vread).
final class Vread implements Interaction {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

    private final Store store;
    private final Narrowing narrowing;

    Vread(Store store, Narrowing narrowing) {
        this.store = store;
        this.narrowing = narrowing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        Addresses.checkId(request.id(), "id");
        var sight = narrowing.read(request.caller(), request.type());
        var version = request.path().get(3);
        var name =
                "Version "
                        + Addresses.quoted(version)
                        + " of "
                        + request.type()
                        + "/"
                        + request.id();
        if (!VERSION.matcher(version).matches()) {
            throw Narrowing.missing(sight, request.type(), name);
        }
        var stored =
                store.read(request.type(), request.id(), Long.parseLong(version), sight)
                        .orElseThrow(() -> Narrowing.missing(sight, request.type(), name));
        if (stored.deleted()) {
            throw new Refused(new Problem.Gone(request.type() + "/" + request.id()));
        }
        return Read.shown("vread", request, stored);
    }
}
