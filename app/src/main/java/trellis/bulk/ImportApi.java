package trellis.bulk;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.bulk.BulkSettings.Sources;
import trellis.bulk.ImportOrder.Input;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.Settings;

/// `$import`: loads NDJSON that is fetched from elsewhere (the manifest of SMART's bulk import, or the same as Parameters:
/// https://github.com/smart-on-fhir/bulk-import). For the machine itself and for apps that act by themselves and may write
/// everything.
@Component
final class ImportApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.changing(
                    "import",
                    "https://github.com/smart-on-fhir/bulk-import/blob/master/import-manifest.md",
                    Set.of(),
                    Level.SYSTEM);

    private static final String MANIFEST = "manifest";
    private static final Set<String> KNOWN =
            Set.of("inputFormat", "inputSource", "storageDetail", "input", MANIFEST);
    private static final Set<String> FORMATS =
            Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");
    private static final int MOST_INPUTS = 1_000;

    private final ObjectProvider<Bulk> bulk;
    private final Sources from;

    ImportApi(ObjectProvider<Bulk> bulk, Settings settings) {
        this.bulk = bulk;
        this.from = BulkSettings.from(settings).from();
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public boolean deferred() {
        return true;
    }

    @Override
    public String contentParameter() {
        return MANIFEST;
    }

    /// Goes on only when somebody may load whatever there is: no person, and no app whose scopes leave out a type or a change.
    static void check(Caller caller) {
        var scopes =
                caller.app()
                        .filter(app -> !app.scopes().may('c', "*") || !app.scopes().may('u', "*"))
                        .isEmpty();
        if (caller.role() != Role.SYSTEM || !scopes) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Only a token of the machine itself, or an app that acts as System with the scope system/*.cud, may"
                                    + " import."));
        }
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        check(request.caller());
        var order = new ImportOrder(inputs(request), request.url());
        var id = bulk.getObject().take(Job.Kind.IMPORT, request.caller(), order.json());
        return Bulk.taken(request.base(), id);
    }

    private List<Input> inputs(OperationRequest request) {
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        var manifest = arguments.resource(MANIFEST);
        var inputs = new ArrayList<Input>();
        if (manifest.isPresent()) {
            format(manifest.get().path("inputFormat").asString("application/fhir+ndjson"));
            for (var one : manifest.get().path("input")) {
                if (one instanceof ObjectNode input) {
                    add(
                            inputs,
                            input.path("type").asString(""),
                            input.path("url").asString(""),
                            "input[" + inputs.size() + "].url");
                }
            }
        } else {
            format(arguments.text("inputFormat").orElse("application/fhir+ndjson"));
            for (var one : arguments.parts("input")) {
                add(
                        inputs,
                        one.text("type").orElse(""),
                        one.text("url").orElse(""),
                        "input[" + inputs.size() + "].url");
            }
        }
        if (inputs.isEmpty() || inputs.size() > MOST_INPUTS) {
            throw new Refused(
                    new Problem.BadRequest(
                            inputs.isEmpty() ? "required" : "too-costly",
                            "An import has from 1 to "
                                    + MOST_INPUTS
                                    + " inputs, each with its type and url.",
                            "input"));
        }
        return inputs;
    }

    private void add(List<Input> inputs, String type, String url, String place) {
        inputs.add(new Input(type, FetchRules.address(url, from, place).toString()));
    }

    private static void format(String format) {
        if (!FORMATS.contains(format)) {
            throw new Refused(
                    new Problem.BadRequest(
                            "not-supported",
                            "What is imported is application/fhir+ndjson and nothing else.",
                            "inputFormat"));
        }
    }
}
