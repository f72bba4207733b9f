package trellis.bulk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.api.Selections;
import trellis.bulk.ExportOrder.Reach;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// `$export` of everything, of all patients, or of a group (https://hl7.org/fhir/uv/bulkdata/STU2/export.html): takes the order, and
/// refuses at once what could not be done.
final class ExportApi implements Operation {
    private static final Set<String> KNOWN =
            Set.of(
                    "_outputFormat",
                    "_since",
                    "_until",
                    "_type",
                    "_elements",
                    "_typeFilter",
                    "patient");

    private final Reach reach;
    private final ObjectProvider<Bulk> bulk;
    private final Access access;
    private final Store store;
    private final Selections selections;

    ExportApi(
            Reach reach,
            ObjectProvider<Bulk> bulk,
            Access access,
            Store store,
            Selections selections) {
        this.reach = reach;
        this.bulk = bulk;
        this.access = access;
        this.store = store;
        this.selections = selections;
    }

    @Override
    public Signature signature() {
        return switch (reach) {
            case SYSTEM -> signature("export", Set.of(), Level.SYSTEM);
            case PATIENTS -> signature("patient-export", Set.of("Patient"), Level.TYPE);
            case GROUP -> signature("group-export", Set.of("Group"), Level.INSTANCE);
        };
    }

    private static Signature signature(String definition, Set<String> types, Level level) {
        return Signature.looking(
                "export",
                "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/" + definition,
                types,
                level);
    }

    @Override
    public boolean deferred() {
        return true;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        if (reach == Reach.GROUP) {
            group(request.caller(), request.id());
        }
        var order = order(request);
        // What cannot be read is refused now, and not in an hour.
        order.filters()
                .forEach((type, queries) ->
                        queries.forEach(query ->
                                selections.criterion(
                                        request.caller(),
                                        type,
                                        query,
                                        request.base(),
                                        request.lenient())));
        var id = bulk.getObject().take(Job.Kind.EXPORT, request.caller(), order.json());
        return Bulk.taken(request.base(), id);
    }

    private void group(Caller caller, String id) {
        access.require(caller, Right.READ, "Group");
        var sight = access.sight(caller);
        var group =
                store.read("Group", id, sight)
                        .filter(stored -> !stored.deleted())
                        .orElseThrow(() ->
                                new Refused(
                                        sight.limits("Group")
                                                ? new Problem.Hidden("Group/" + id)
                                                : new Problem.NotFound("Group/" + id)));
        if (!group.json().path("actual").asBoolean(true)) {
            throw new Refused(
                    Problem.invalid(
                            "not-supported",
                            "This Group describes its members and does not list them (actual is false): there is nobody in"
                                    + " it to export.",
                            "Group.actual"));
        }
    }

    private ExportOrder order(OperationRequest request) {
        var arguments = request.arguments();
        arguments.check(request, KNOWN);
        ExportRules.format(arguments.text("_outputFormat"));
        var types = types(request);
        var patients =
                arguments.references("patient").stream()
                        .map(reference -> ExportRules.patient(reference, request.base()))
                        .collect(Collectors.toSet());
        if (!patients.isEmpty() && reach == Reach.SYSTEM) {
            throw new Refused(
                    new Problem.BadRequest(
                            "not-supported",
                            "patient is a parameter of Patient/$export and Group/[id]/$export.",
                            "patient"));
        }
        return new ExportOrder(
                reach,
                request.id(),
                types,
                arguments.text("_since").map(text -> ExportRules.moment(text, "_since")),
                arguments.text("_until").map(text -> ExportRules.moment(text, "_until")),
                ExportRules.elements(arguments.texts("_elements")),
                filters(request, types),
                patients,
                request.lenient(),
                request.base(),
                request.url());
    }

    private static Map<String, List<String>> filters(OperationRequest request, List<String> types) {
        return new LinkedHashMap<>(
                ExportRules.filters(request.arguments().texts("_typeFilter"), types));
    }

    /// The types that are asked for, each of which the caller must be able to read; when none is, those that they can.
    private List<String> types(OperationRequest request) {
        var caller = request.caller();
        var asked = ExportRules.types(request.arguments().texts("_type"), request.lenient());
        for (var type : asked) {
            access.require(caller, Right.READ, type);
            access.require(caller, Right.SEARCH, type);
        }
        var types = asked.isEmpty() ? selections.types(caller, ExportRules.allTypes()) : asked;
        if (types.isEmpty()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "You may read no type of resource, so there is nothing to export."));
        }
        return types;
    }
}
