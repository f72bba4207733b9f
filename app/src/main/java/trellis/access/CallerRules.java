package trellis.access;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller.Came;

/// Who asked for what is done later, as it is kept, and whose that is. Pure functions.
public final class CallerRules {
    private CallerRules() {}

    /// Whose it is: of one account through one app about one patient. Tokens of the machine itself are one owner.
    public static String owner(Caller caller) {
        var app = caller.app();
        return caller.came()
                + " "
                + caller.account()
                + " "
                + app.map(Caller.App::id).orElse("")
                + " "
                + app.flatMap(Caller.App::patient).orElse("");
    }

    /// Whether somebody may have what was found for them: their role and organisation are those with which they asked, and through
    /// an app they come with scopes that are no fewer.
    public static boolean reaches(Caller now, Caller then) {
        return now.role() == then.role()
                && now.odsCode().equals(then.odsCode())
                && then.app()
                        .map(app ->
                                app.scopes().grants().stream()
                                        .allMatch(grant ->
                                                now.app()
                                                        .orElseThrow()
                                                        .scopes()
                                                        .includes(grant.text())))
                        .orElse(true);
    }

    /// As it is kept, without any secret.
    public static ObjectNode json(Caller caller) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("account", caller.account())
                .put("name", caller.name())
                .put("role", caller.role().name())
                .put("organisation", caller.organisation())
                .put("odsCode", caller.odsCode())
                .put("came", caller.came().name());
        caller.app()
                .ifPresent(app -> {
                    var used = json.putObject("app");
                    used.put("id", app.id())
                            .put("name", app.name())
                            .put("scopes", app.scopes().text())
                            .put("purpose", app.purpose().code());
                    app.patient().ifPresent(patient -> used.put("patient", patient));
                    app.project().ifPresent(project -> used.put("project", project));
                });
        return json;
    }

    /// Who was kept so.
    public static Caller caller(JsonNode json) {
        var caller =
                new Caller(
                        json.path("account").asLong(0),
                        text(json, "name").orElse(""),
                        Role.valueOf(text(json, "role").orElse("NOBODY")),
                        text(json, "organisation").orElse(""),
                        text(json, "odsCode").orElse(""),
                        Came.valueOf(text(json, "came").orElse("SYSTEM")));
        var app = json.path("app");
        return app.isObject()
                ? caller.through(
                        new Caller.App(
                                text(app, "id").orElse(""),
                                text(app, "name").orElse(""),
                                Scopes.parse(text(app, "scopes").orElse("")),
                                text(app, "patient"),
                                text(app, "purpose").flatMap(Purpose::of).orElse(Purpose.CARE),
                                text(app, "project")))
                : caller;
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.of(json.path(name)).filter(JsonNode::isString).map(JsonNode::asString);
    }
}
