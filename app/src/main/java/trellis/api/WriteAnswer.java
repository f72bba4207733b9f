package trellis.api;

import org.springframework.stereotype.Component;
import trellis.store.Preparation;
import trellis.store.Prepared;
import trellis.store.Stored;
import trellis.store.Written;

/// What is answered to who wrote one resource (https://hl7.org/fhir/R4/http.html#ops).
@Component
final class WriteAnswer {
    private final Preparation preparation;

    WriteAnswer(Preparation preparation) {
        this.preparation = preparation;
    }

    /// The answer after a create or an update.
    Answer of(FhirRequest request, Prepared content, Written written) {
        var created = written.outcome() == Written.Outcome.CREATED;
        var version = new Answer.Version(written.etag(), written.lastUpdated());
        return of(request, created ? 201 : 200, written.id(), written.version(), version)
                .with(body(request, content, written));
    }

    /// The answer to who asks for a resource that was there already.
    Answer found(FhirRequest request, Stored stored) {
        var body =
                switch (request.preferences().returned()) {
                    case MINIMAL -> new byte[0];
                    case REPRESENTATION -> stored.body();
                    case OPERATION_OUTCOME ->
                            Outcome.fine(
                                    "A resource that matches was there already; nothing was"
                                            + " created.");
                };
        return of(request, 200, stored.id(), stored.version(), Answer.Version.of(stored))
                .with(body)
                .audited(Touched.read("create: found", stored, 200));
    }

    private static Answer of(
            FhirRequest request, int status, String id, long number, Answer.Version version) {
        var url = request.versionUrl(id, number);
        return Answer.of(status).about(version).at(url).header("Content-Location", url);
    }

    private byte[] body(FhirRequest request, Prepared content, Written written) {
        return switch (request.preferences().returned()) {
            case MINIMAL -> new byte[0];
            case REPRESENTATION -> preparation.body(content, written);
            case OPERATION_OUTCOME ->
                    Outcome.fine(
                            switch (written.outcome()) {
                                case CREATED -> "The resource was created.";
                                case UPDATED -> "The resource was updated.";
                                case UNCHANGED ->
                                        "The content is the same as before; no new version was"
                                                + " made.";
                                case DELETED -> "The resource was deleted.";
                                case ABSENT -> "There was nothing to delete.";
                            });
        };
    }
}
