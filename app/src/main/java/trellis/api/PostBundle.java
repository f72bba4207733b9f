package trellis.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Written;

/// A batch or a transaction: `POST [base]` (https://hl7.org/fhir/R4/http.html#transaction).
final class PostBundle implements Interaction {
    private static final Answer NOT_DONE = Answer.of(0);

    private final Transaction transaction;
    private final Batch batch;
    private final Trails trails;
    private final ApiSettings settings;
    private final Preparation preparation;

    PostBundle(
            Transaction transaction,
            Batch batch,
            Trails trails,
            ApiSettings settings,
            Preparation preparation) {
        this.transaction = transaction;
        this.batch = batch;
        this.trails = trails;
        this.settings = settings;
        this.preparation = preparation;
    }

    @Override
    public Answer answer(FhirRequest request) {
        var bundle = request.body().resource();
        Intake.checkType(bundle, "Bundle");
        return switch (bundle.path("type").asString("")) {
            case "transaction" -> transaction(request, bundle);
            case "batch" -> batch(request, bundle);
            default ->
                    throw new Refused(
                            new Problem.BadRequest(
                                    "value",
                                    "Only a Bundle of type batch or transaction is processed here. To"
                                            + " store another, POST it to Bundle.",
                                    "Bundle.type"));
        };
    }

    private Answer transaction(FhirRequest request, ObjectNode bundle) {
        var terms =
                new Terms(
                        request.caller(),
                        request.base(),
                        settings.references(),
                        trails.of(request));
        var entries = transaction.read(bundle, terms);
        var answers = new Answer[entries.size()];
        Arrays.fill(answers, NOT_DONE);
        for (var done : transaction.apply(entries, terms)) {
            answers[done.entry().index()] = answer(request, done);
        }
        for (var entry : entries) {
            if (entry.looks()) {
                answers[entry.index()] = batch.answer(request, entry);
            }
        }
        return bundle(request, "transaction", List.of(answers));
    }

    private Answer batch(FhirRequest request, ObjectNode bundle) {
        var answers = new ArrayList<Answer>();
        for (var entry : bundle.path("entry")) {
            answers.add(
                    entry instanceof ObjectNode object
                            ? batch.answer(request, answers.size(), object)
                            : Outcome.of(
                                    new Problem.BadRequest(
                                            "structure",
                                            "An entry must be a JSON object.",
                                            "Bundle.entry[" + answers.size() + "]")));
        }
        return bundle(request, "batch", answers);
    }

    private Answer answer(FhirRequest request, Transaction.Done done) {
        return switch (done) {
            case Transaction.Done.Changed(_, var change, var written) ->
                    Answer.of(status(written))
                            .about(Answer.Version.of(written))
                            .at(location(written.type(), written.id(), written.version()))
                            .with(content(request, change, written));
            case Transaction.Done.Found(_, var stored) ->
                    Answer.of(200)
                            .about(Answer.Version.of(stored))
                            .at(location(stored.type(), stored.id(), stored.version()))
                            .with(wantsContent(request) ? stored.body() : new byte[0])
                            .audited(Touched.read("create: found", stored, 200));
            case Transaction.Done.Nothing _ -> Answer.of(204);
        };
    }

    private byte[] content(FhirRequest request, Change change, Written written) {
        return wantsContent(request) && change instanceof Change.Put(var content, _, _)
                ? preparation.body(content, written)
                : new byte[0];
    }

    private static boolean wantsContent(FhirRequest request) {
        return request.preferences().returned() == Preferences.Returned.REPRESENTATION;
    }

    private static int status(Written written) {
        return switch (written.outcome()) {
            case CREATED -> 201;
            case UPDATED, UNCHANGED -> 200;
            case DELETED, ABSENT -> 204;
        };
    }

    private static String location(String type, String id, long version) {
        return type + "/" + id + "/_history/" + version;
    }

    private static Answer bundle(FhirRequest request, String kind, List<Answer> answers) {
        var bundle = BundleBytes.under(BundleBytes.heading(kind + "-response"));
        var touched = new ArrayList<Touched>();
        touched.add(
                new Touched(
                        AuditEntry.Action.EXECUTE,
                        kind,
                        AuditEntry.Target.NONE,
                        java.util.Set.of(),
                        200));
        for (var answer : answers) {
            touched.addAll(answer.touched());
            bundle.add(
                    "", isOutcome(answer) ? new byte[0] : answer.body(), response(request, answer));
        }
        return Answer.of(200).with(bundle.toBytes()).audited(touched);
    }

    private static ObjectNode response(FhirRequest request, Answer answer) {
        var entry = JsonNodeFactory.instance.objectNode();
        var response = entry.putObject("response").put("status", Statuses.line(answer.status()));
        answer.location().ifPresent(url -> response.put("location", relative(url, request.base())));
        answer.version()
                .ifPresent(version ->
                        response.put("etag", version.etag())
                                .put("lastModified", instant(version.lastUpdated())));
        if (isOutcome(answer)) {
            response.set("outcome", Json.parse(answer.body()));
        }
        return entry;
    }

    /// Whether the content tells of the request, and is not what was asked for.
    private static boolean isOutcome(Answer answer) {
        return answer.status() >= 400 && answer.body().length > 0;
    }

    private static String relative(String url, String base) {
        return url.startsWith(base + "/") ? url.substring(base.length() + 1) : url;
    }

    private static String instant(Instant time) {
        return time.toString();
    }
}
