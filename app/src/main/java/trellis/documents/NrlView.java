package trellis.documents;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the locator says. Pure functions.
final class NrlView {
    private static final String ERRORS = "https://fhir.nhs.uk/ValueSet/Spine-ErrorOrWarningCode-1";
    private static final String ANSWERS = "https://fhir.nhs.uk/ValueSet/NRL-ResponseCode";

    private NrlView() {}

    /// What has been done.
    enum Done {
        RESOURCE_CREATED("Resource created", "The document has been created"),
        RESOURCE_SUPERSEDED(
                "Resource created and resource(s) deleted",
                "The document has been superseded by a new version"),
        RESOURCE_UPDATED("Resource updated", "The DocumentReference has been updated"),
        RESOURCE_DELETED("Resource deleted", "The requested DocumentReference has been deleted");

        private final String display;
        private final String diagnostics;

        Done(String display, String diagnostics) {
            this.display = display;
            this.diagnostics = diagnostics;
        }
    }

    static ObjectNode done(Done what) {
        return outcome(
                "information",
                "informational",
                ANSWERS,
                what.name(),
                what.display,
                what.diagnostics,
                "");
    }

    static ObjectNode error(NrlError.Refusal refusal) {
        var error = refusal.error();
        return outcome(
                "error",
                error.issue(),
                ERRORS,
                error.code(),
                error.display(),
                refusal.diagnostics(),
                refusal.expression());
    }

    private static ObjectNode outcome(
            String severity,
            String issue,
            String system,
            String code,
            String display,
            String diagnostics,
            String expression) {
        var out = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        var one = out.putArray("issue").addObject();
        one.put("severity", severity).put("code", issue);
        one.putObject("details")
                .putArray("coding")
                .addObject()
                .put("system", system)
                .put("code", code)
                .put("display", display);
        if (!diagnostics.isEmpty()) {
            one.put("diagnostics", diagnostics);
        }
        if (!expression.isEmpty()) {
            one.putArray("expression").add(expression);
        }
        return out;
    }

    static ObjectNode found(List<Pointer> pointers) {
        var out = bundle(pointers.size());
        var entries = out.putArray("entry");
        pointers.forEach(pointer -> entries.addObject().set("resource", pointer.shown()));
        return out;
    }

    static ObjectNode bundle(int total) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Bundle")
                .put("type", "searchset")
                .put("total", total);
    }
}
