package trellis.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;

/// Which [Operation] is done at which address (https://hl7.org/fhir/R4/operations.html#executing).
@Component
final class Operations {
    private final List<Operation> all;

    /// @throws IllegalStateException when two would be done at one address
    Operations(ObjectProvider<Operation> all) {
        this.all = all.stream().toList();
        var taken = new HashSet<String>();
        for (var operation : this.all) {
            for (var place : places(operation)) {
                if (!taken.add(place)) {
                    throw new IllegalStateException("Two operations are done at " + place);
                }
            }
        }
    }

    private static List<String> places(Operation operation) {
        var places = new ArrayList<String>();
        for (var level : operation.signature().levels()) {
            if (level == Operation.Level.SYSTEM) {
                places.add("$" + operation.signature().name());
            } else {
                types(operation)
                        .forEach(type ->
                                places.add(
                                        type + "/" + level + "/$" + operation.signature().name()));
            }
        }
        return places;
    }

    private static List<String> types(Operation operation) {
        return operation.signature().types().isEmpty()
                ? Definitions.r4().resourceTypes().stream().filter(Operations::isStored).toList()
                : List.copyOf(operation.signature().types());
    }

    private static boolean isStored(String type) {
        return Addresses.isType(type) && !type.equals("AuditEvent");
    }

    /// What can be done at an address whose last segment is the name of an operation.
    ///
    /// @param trails the audit of what a request changes
    /// @throws Refused with [Problem.NotFound] when no such operation is done there
    Map<Verb, Interaction> at(List<String> path, Function<FhirRequest, Trail> trails) {
        var name = path.getLast();
        var level =
                switch (path.size()) {
                    case 1 -> Operation.Level.SYSTEM;
                    case 2 -> Operation.Level.TYPE;
                    case 3 -> Operation.Level.INSTANCE;
                    default -> throw missing(name);
                };
        var type = level == Operation.Level.SYSTEM ? "" : path.getFirst();
        if (!type.isEmpty()) {
            Addresses.checkType(type);
        }
        var named = all.stream().filter(one -> name.equals("$" + one.signature().name())).toList();
        var operation =
                named.stream()
                        .filter(one ->
                                one.signature().levels().contains(level) && concerns(one, type))
                        .findFirst()
                        .orElseThrow(
                                () -> named.isEmpty() ? missing(name) : elsewhere(name, named));
        Interaction interaction =
                request -> answer(operation, level, request, trails.apply(request));
        var here = new EnumMap<Verb, Interaction>(Map.of(Verb.POST, interaction));
        if (!operation.signature().affectsState()) {
            here.put(Verb.GET, interaction);
            if (!operation.deferred()) {
                // What asks for the heading alone asks for nothing to be done.
                here.put(Verb.HEAD, interaction);
            }
        }
        return here;
    }

    private static boolean concerns(Operation operation, String type) {
        return type.isEmpty()
                || operation.signature().types().contains(type)
                || (operation.signature().types().isEmpty() && isStored(type));
    }

    private static Refused missing(String name) {
        return new Refused(new Problem.NotFound("The operation " + Addresses.quoted(name)));
    }

    private static Refused elsewhere(String name, List<Operation> named) {
        var places = EnumSet.noneOf(Operation.Level.class);
        var types = new HashSet<String>();
        for (var operation : named) {
            places.addAll(operation.signature().levels());
            types.addAll(operation.signature().types());
        }
        var on =
                types.isEmpty()
                        ? "[type]"
                        : types.stream().sorted().limit(6).collect(Collectors.joining(" or "));
        var where =
                places.stream()
                        .map(level ->
                                switch (level) {
                                    case SYSTEM -> name;
                                    case TYPE -> on + "/" + name;
                                    case INSTANCE -> on + "/[id]/" + name;
                                })
                        .collect(Collectors.joining(", "));
        return new Refused(
                new Problem.NotFound(
                        "The operation "
                                + name
                                + " at this address (it is done at "
                                + where
                                + ")"));
    }

    /// Whether an operation has this name, which begins with a dollar sign.
    boolean has(String name) {
        return all.stream()
                .map(one -> one.signature().name())
                .anyMatch(one -> one.length() + 1 == name.length() && name.endsWith(one));
    }

    /// Whether what is done at an address is done later whatever is asked.
    boolean deferred(FhirRequest request) {
        return !request.path().isEmpty()
                && all.stream()
                        .anyMatch(one ->
                                one.deferred()
                                        && request.path()
                                                .getLast()
                                                .equals("$" + one.signature().name()));
    }

    private static Answer answer(
            Operation operation, Operation.Level level, FhirRequest request, Trail trail) {
        if (operation.deferred() && !request.preferences().later()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "This is done later: send the header Prefer: respond-async.",
                            "Prefer"));
        }
        var instance = level == Operation.Level.INSTANCE;
        if (instance) {
            Addresses.checkId(request.id(), "id");
        }
        var content =
                request.verb() == Verb.POST
                        ? request.body().perhaps()
                        : Optional.<ObjectNode>empty();
        var answer =
                operation.answer(
                        new OperationRequest(
                                request.caller(),
                                request.source(),
                                request.base(),
                                level,
                                level == Operation.Level.SYSTEM ? "" : request.type(),
                                instance ? request.id() : "",
                                Arguments.of(
                                        request.parameters(),
                                        content,
                                        operation.contentParameter(),
                                        operation.deferred()),
                                request.preferences().lenient(),
                                trail,
                                request.url()));
        return switch (answer) {
            case OperationAnswer.Whole whole -> whole(operation, request, whole);
            case OperationAnswer.Parts parts ->
                    Answer.of(200).audited(carriedOut(operation, request, 200)).streamed(parts);
        };
    }

    private static Answer whole(
            Operation operation, FhirRequest request, OperationAnswer.Whole whole) {
        var answer =
                Answer.of(whole.status())
                        .with(
                                whole.body().length == 0
                                        ? whole.body()
                                        : request.preferences().subset().of(whole.body()))
                        .audited(
                                whole.touched().isEmpty()
                                        ? List.of(carriedOut(operation, request, whole.status()))
                                        : whole.touched());
        for (var header : whole.headers().entrySet()) {
            answer = answer.header(header.getKey(), header.getValue());
        }
        return answer;
    }

    /// What stands in the audit when an operation shows nothing of anybody's record.
    private static Touched carriedOut(Operation operation, FhirRequest request, int status) {
        var path = request.path();
        return new Touched(
                AuditEntry.Action.EXECUTE,
                "$" + operation.signature().name(),
                new AuditEntry.Target(
                        path.size() > 1 ? path.getFirst() : "",
                        path.size() > 2 ? path.get(1) : "",
                        0,
                        Parameter.query(request.parameters())),
                java.util.Set.of(),
                status);
    }

    /// Lists what is done on a type.
    void describe(String type, ObjectNode resource) {
        list(
                all.stream()
                        .filter(one -> concerns(one, type))
                        .filter(one ->
                                one.signature().levels().contains(Operation.Level.TYPE)
                                        || one.signature()
                                                .levels()
                                                .contains(Operation.Level.INSTANCE))
                        .toList(),
                resource);
    }

    /// Lists what is done on the whole system.
    void describeSystem(ObjectNode server) {
        list(
                all.stream()
                        .filter(one -> one.signature().levels().contains(Operation.Level.SYSTEM))
                        .toList(),
                server);
    }

    private static void list(List<Operation> operations, ObjectNode into) {
        if (!operations.isEmpty()) {
            var array = into.putArray("operation");
            operations.stream()
                    .sorted(java.util.Comparator.comparing(one -> one.signature().name()))
                    .forEach(one ->
                            array.addObject()
                                    .put("name", one.signature().name())
                                    .put("definition", one.signature().definition()));
        }
    }
}
