package trellis.profiles;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Right;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.api.Touched;
import trellis.api.Trial;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.store.Stored;

/// `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html): whether a resource keeps to its type and to profiles, and
/// whether it would be accepted. Nothing is stored, and whatever is found of the resource the answer is 200; whoever may not ask at
/// all, because their role writes no resource of the type, is answered as the write itself would be.
@Component
final class ProfileApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "validate",
                    "http://hl7.org/fhir/OperationDefinition/Resource-validate",
                    Set.of(),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final Set<String> KNOWN = Set.of("resource", "mode", "profile", "usageContext");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int LARGEST = 5 << 20;
    private static final int MOST_PROFILES = 10;

    private final Profiles profiles;
    private final Trial trial;
    private final Access access;
    private final Store store;

    ProfileApi(Profiles profiles, Trial trial, Access access, Store store) {
        this.profiles = profiles;
        this.trial = trial;
        this.access = access;
        this.store = store;
    }

    /// What is asked.
    private enum Mode {
        NONE,
        CREATE,
        UPDATE,
        DELETE,
        PROFILE;

        static Mode of(Optional<String> text) {
            return switch (text.orElse("")) {
                case "" -> NONE;
                case "create" -> CREATE;
                case "update" -> UPDATE;
                case "delete" -> DELETE;
                case "profile" -> PROFILE;
                default ->
                        throw wrong("value", "mode is create, update, delete or profile.", "mode");
            };
        }
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, KNOWN);
        if (request.arguments().has("usageContext")) {
            throw wrong(
                    "not-supported",
                    "Profiles are not chosen by usageContext here: name them with profile.",
                    "usageContext");
        }
        var mode = Mode.of(request.arguments().text("mode"));
        var asked = asked(request);
        if (mode == Mode.PROFILE && asked.isEmpty()) {
            throw wrong("required", "With mode=profile name a profile.", "profile");
        }
        return profiles.asked(
                request.caller(),
                () ->
                        request.level() == Level.INSTANCE
                                ? instance(request, mode, asked)
                                : type(request, mode, asked));
    }

    private OperationAnswer type(OperationRequest request, Mode mode, List<String> asked) {
        if (mode == Mode.DELETE) {
            throw wrong(
                    "invalid",
                    "With mode=delete ask at the address of one resource: "
                            + request.type()
                            + "/[id]/$validate.",
                    "mode");
        }
        if (writes(mode) || !access.mayRead(request.caller(), request.type())) {
            access.require(request.caller(), Right.WRITE, request.type());
        }
        var resource =
                sent(request)
                        .orElseThrow(() ->
                                wrong(
                                        "required",
                                        "Send a resource, by itself or as the parameter resource.",
                                        "resource"));
        if (mode == Mode.UPDATE && !resource.path("id").isString()) {
            throw wrong(
                    "required",
                    "With mode=update the resource has the id under which it would be stored.",
                    request.type() + ".id");
        }
        return found(request, mode, asked, resource);
    }

    private OperationAnswer instance(OperationRequest request, Mode mode, List<String> asked) {
        if (mode == Mode.CREATE) {
            throw wrong(
                    "invalid",
                    "With mode=create ask at the address of the type: "
                            + request.type()
                            + "/$validate.",
                    "mode");
        }
        if (writes(mode)) {
            access.require(request.caller(), Right.WRITE, request.type());
        }
        if (mode == Mode.DELETE) {
            var stored = stored(request);
            return answer(
                    trial.delete(request.caller(), request.type(), request.id()),
                    "It may be deleted.",
                    Touched.read("$validate", stored, 200));
        }
        var sent = sent(request);
        if (sent.isEmpty()) {
            var stored = stored(request);
            return answer(
                    all(request, mode, asked, stored.json()),
                    "All is well.",
                    Touched.read("$validate", stored, 200));
        }
        if (!access.mayRead(request.caller(), request.type())) {
            access.require(request.caller(), Right.WRITE, request.type());
        }
        if (!sent.get().path("id").asString("").equals(request.id())) {
            throw wrong(
                    "value",
                    "The id in the content is not the id of the address.",
                    request.type() + ".id");
        }
        return found(request, mode, asked, sent.get());
    }

    private OperationAnswer found(
            OperationRequest request, Mode mode, List<String> asked, ObjectNode resource) {
        return answer(all(request, mode, asked, resource), "All is well.");
    }

    private List<Issue> all(
            OperationRequest request, Mode mode, List<String> asked, ObjectNode resource) {
        var issues = new LinkedHashSet<Issue>();
        switch (mode) {
            case CREATE ->
                    issues.addAll(
                            trial.put(
                                    request.caller(), request.base(), resource, Optional.empty()));
            case UPDATE ->
                    issues.addAll(
                            trial.put(
                                    request.caller(),
                                    request.base(),
                                    resource,
                                    Optional.of(resource.path("id").asString(""))));
            case NONE, PROFILE, DELETE -> issues.addAll(trial.structure(resource));
        }
        // What the first has found is said again in other words by the second, unless it could not
        // be read at all.
        issues.addAll(profiles.validate(resource, asked, PATIENCE));
        return List.copyOf(issues);
    }

    private static OperationAnswer answer(List<Issue> issues, String fine, Touched... touched) {
        return OperationAnswer.of(new OutcomeView(issues).json(fine), touched);
    }

    private static boolean writes(Mode mode) {
        return switch (mode) {
            case CREATE, UPDATE, DELETE -> true;
            case NONE, PROFILE -> false;
        };
    }

    /// What was sent, of the type of the address and of a size that is validated.
    private static Optional<ObjectNode> sent(OperationRequest request) {
        var sent = request.arguments().resource("resource");
        sent.ifPresent(resource -> {
            var type = resource.path("resourceType").asString("");
            if (!type.equals(request.type())) {
                throw wrong(
                        "structure",
                        "The resource is not of the type of the address, " + request.type() + ".",
                        "resourceType");
            }
            if (Json.write(resource).length > LARGEST) {
                throw new Refused(
                        new Problem.TooLarge(
                                "A resource of more than "
                                        + (LARGEST >> 20)
                                        + " MB is not validated"));
            }
        });
        return sent;
    }

    private Stored stored(OperationRequest request) {
        access.require(request.caller(), Right.READ, request.type());
        var sight = access.sight(request.caller());
        var name = request.type() + "/" + request.id();
        var stored =
                store.read(request.type(), request.id(), sight)
                        .orElseThrow(() ->
                                new Refused(
                                        sight.limits(request.type())
                                                ? new Problem.Hidden(name)
                                                : new Problem.NotFound(name)));
        if (stored.deleted()) {
            throw new Refused(new Problem.Gone(name));
        }
        return stored;
    }

    private List<String> asked(OperationRequest request) {
        var asked = new ArrayList<>(new LinkedHashSet<>(request.arguments().texts("profile")));
        if (asked.size() > MOST_PROFILES) {
            throw wrong(
                    "too-costly",
                    "A resource is validated by " + MOST_PROFILES + " profiles at the most.",
                    "profile");
        }
        for (var profile : asked) {
            if (!profiles.knows(profile, request.type())) {
                throw new Refused(
                        Problem.invalid(
                                "not-found",
                                "No profile of "
                                        + request.type()
                                        + " of that address is held here. "
                                        + known(request.type()),
                                "profile"));
            }
        }
        return asked;
    }

    private String known(String type) {
        var known = profiles.of(type);
        return known.isEmpty()
                ? "Store its StructureDefinition first."
                : "Held are "
                        + String.join(", ", known.stream().limit(20).toList())
                        + ", and the StructureDefinitions stored on this server.";
    }

    private static Refused wrong(String code, String why, String where) {
        return new Refused(new Problem.BadRequest(code, why, where));
    }
}
