package trellis.api;

import java.util.Set;
import trellis.audit.AuditEntry;
import trellis.store.Stored;
import trellis.store.Written;

/// What a request did to which record: becomes one line of the audit.
///
/// @param action which kind of thing
/// @param what the interaction's name, such as `vread`
/// @param target what it was done to
/// @param patients keys of the patients whose records were touched, without 0
/// @param status of HTTP
public record Touched(
        AuditEntry.Action action,
        String what,
        AuditEntry.Target target,
        Set<Long> patients,
        int status) {

    public Touched {
        patients = Set.copyOf(patients);
    }

    /// One version was shown.
    public static Touched read(String what, Stored stored, int status) {
        return new Touched(
                AuditEntry.Action.READ,
                what,
                AuditEntry.Target.resource(stored.type(), stored.id(), stored.version()),
                patient(stored.patient()),
                status);
    }

    /// A change was made.
    ///
    /// @param patient key of the patient whose record it belongs to, or 0
    static Touched written(Written written, long patient) {
        var target = AuditEntry.Target.resource(written.type(), written.id(), written.version());
        return switch (written.outcome()) {
            case CREATED ->
                    new Touched(AuditEntry.Action.CREATE, "create", target, patient(patient), 201);
            case UPDATED, UNCHANGED ->
                    new Touched(AuditEntry.Action.UPDATE, "update", target, patient(patient), 200);
            case DELETED, ABSENT ->
                    new Touched(AuditEntry.Action.DELETE, "delete", target, patient(patient), 204);
        };
    }

    /// A patch that could not be applied to this version.
    static Touched notPatched(Stored stored, int status) {
        return new Touched(
                AuditEntry.Action.UPDATE,
                "refused: patch",
                AuditEntry.Target.resource(stored.type(), stored.id(), stored.version()),
                patient(stored.patient()),
                status);
    }

    /// A key as the audit wants it.
    public static Set<Long> patient(long key) {
        return key == 0 ? Set.of() : Set.of(key);
    }

    /// A request that was refused.
    static Touched refused(FhirRequest request, int status) {
        var path = request.path();
        var type = path.isEmpty() ? "" : path.getFirst();
        var id = path.size() > 1 && !path.get(1).matches("[_$].*") ? path.get(1) : "";
        var query = Parameter.query(request.parameters());
        return new Touched(
                action(request.verb(), path),
                "refused: " + request.verb().name().toLowerCase(java.util.Locale.ROOT),
                new AuditEntry.Target(type, id, 0, query),
                Set.of(),
                status);
    }

    private static AuditEntry.Action action(Verb verb, java.util.List<String> path) {
        return switch (verb) {
            case GET, HEAD -> path.size() > 1 ? AuditEntry.Action.READ : AuditEntry.Action.EXECUTE;
            case POST ->
                    path.size() == 1 && !path.getFirst().equals("_search")
                            ? AuditEntry.Action.CREATE
                            : AuditEntry.Action.EXECUTE;
            case PUT, PATCH -> AuditEntry.Action.UPDATE;
            case DELETE -> AuditEntry.Action.DELETE;
        };
    }
}
