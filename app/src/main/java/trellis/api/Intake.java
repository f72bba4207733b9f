package trellis.api;

import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.store.Preparation;
import trellis.store.Prepared;

/// The gate that every content passes on its way to the store: validated, allowed by every rule,
/// made ready. Work for the processor alone, done before the store is asked for anything.
@Component
public final class Intake {
    private final Validator validator;
    private final Rules rules;
    private final Preparation preparation;

    Intake(Validator validator, Rules rules, Preparation preparation) {
        this.validator = validator;
        this.rules = rules;
        this.preparation = preparation;
    }

    /// Validates a resource that has its type and id, asks the rules, and makes it ready.
    ///
    /// @param caller who wants it stored
    /// @throws Refused with [Problem.Invalid], or with what a rule said
    public Prepared ready(Caller caller, ObjectNode resource) {
        valid(resource);
        return allowed(caller, resource);
    }

    /// Goes on only when the resource keeps to the definitions.
    ///
    /// @return what is worth saying all the same
    /// @throws Refused with [Problem.Invalid]
    List<Issue> valid(ObjectNode resource) {
        var issues = validator.validate(Resource.of(resource));
        if (issues.stream().anyMatch(issue -> issue.severity() == Issue.Severity.ERROR)) {
            throw new Refused(new Problem.Invalid(issues));
        }
        return issues;
    }

    /// As [#ready], for what has been validated.
    Prepared allowed(Caller caller, ObjectNode resource) {
        if (Subset.isPart(resource)) {
            throw new Refused(
                    Problem.invalid(
                            "business-rule",
                            "This is part of a resource (tag SUBSETTED): storing it would lose the"
                                    + " rest. Read the whole resource and change that.",
                            resource.path("resourceType").asString("") + ".meta.tag"));
        }
        var proposed = new WriteRule.Proposed.Put(caller, Resource.of(resource));
        rules.check(proposed);
        return preparation.prepare(rules.kept(proposed));
    }

    /// Goes on only when no rule speaks against a deletion.
    void mayDelete(Caller caller, String type, String id) {
        rules.check(new WriteRule.Proposed.Delete(caller, type, id));
    }

    /// The resource with this id, which stands right after the type.
    static ObjectNode withId(ObjectNode resource, String id) {
        var result = JsonNodeFactory.instance.objectNode();
        result.set("resourceType", resource.path("resourceType"));
        result.put("id", id);
        resource.forEachEntry((name, value) -> {
            if (!name.equals("resourceType") && !name.equals("id")) {
                result.set(name, value);
            }
        });
        return result;
    }

    /// Goes on only when the content is of the type that the address names.
    ///
    /// @throws Refused with [Problem.BadRequest]
    static void checkType(ObjectNode resource, String type) {
        var sent = resource.path("resourceType").asString("");
        if (!sent.equals(type)) {
            throw new Refused(
                    new Problem.BadRequest(
                            "structure",
                            sent.isEmpty()
                                    ? "The content has no resourceType; it must be "
                                            + type
                                            + ", as in the address."
                                    : "The content is a "
                                            + Addresses.quoted(sent)
                                            + ", the address is for "
                                            + type
                                            + ".",
                            "resourceType"));
        }
    }
}
