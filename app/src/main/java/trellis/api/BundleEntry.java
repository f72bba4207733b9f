package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Stored;

/// One entry of a batch or transaction: a request, written as JSON
/// (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request).
///
/// @param index position in the Bundle, from 0
/// @param fullUrl what other entries refer to it by; empty for none
/// @param verb the method
/// @param path segments of the url, decoded
/// @param parameters of the url
/// @param resource the content; empty for none
/// @param preconditions what must hold
record BundleEntry(
        int index,
        String fullUrl,
        Verb verb,
        List<String> path,
        List<Parameter> parameters,
        Optional<ObjectNode> resource,
        Preconditions preconditions) {

    /// Reads one entry.
    ///
    /// @param base address of this server's API; a url may begin with it
    /// @throws Refused with [Problem.BadRequest] naming the place
    static BundleEntry read(int index, ObjectNode entry, String base) {
        var place = place(index);
        if (!(entry.get("request") instanceof ObjectNode request)) {
            throw refused("required", "The entry has no request.", place + ".request");
        }
        var method = request.path("method").asString("");
        var verb =
                Verb.of(method)
                        .orElseThrow(() ->
                                refused(
                                        "value",
                                        "The method must be GET, HEAD, POST, PUT, PATCH or DELETE.",
                                        place + ".request.method"));
        var url = relative(request.path("url").asString(""), base, place + ".request.url");
        var question = url.indexOf('?');
        var path = question < 0 ? url : url.substring(0, question);
        return new BundleEntry(
                index,
                entry.path("fullUrl").asString(""),
                verb,
                Arrays.stream(path.split("/"))
                        .map(segment -> Addresses.decoded(segment, place + ".request.url"))
                        .toList(),
                question < 0 ? List.of() : Parameter.parse(url.substring(question + 1)),
                entry.get("resource") instanceof ObjectNode there
                        ? Optional.of(there)
                        : Optional.empty(),
                new Preconditions(
                        text(request, "ifMatch"),
                        text(request, "ifNoneMatch"),
                        text(request, "ifModifiedSince"),
                        text(request, "ifNoneExist")));
    }

    private static String relative(String url, String base, String place) {
        var from = !base.isEmpty() && url.startsWith(base + "/") ? base.length() + 1 : 0;
        var rest = url.substring(from == 0 && url.startsWith("/") ? 1 : from);
        if (rest.isEmpty()) {
            throw refused("required", "The request has no url.", place);
        }
        if (rest.contains("://") && !rest.substring(0, rest.indexOf("://")).contains("?")) {
            throw refused(
                    "value",
                    "The url leads to another server. Give it relative to this one, such as"
                            + " Patient/123.",
                    place);
        }
        return rest;
    }

    private static Optional<String> text(ObjectNode request, String name) {
        return request.optional(name).filter(node -> node.isString()).map(n -> n.stringValue());
    }

    private static Refused refused(String code, String why, String place) {
        return new Refused(new Problem.BadRequest(code, why, place));
    }

    private static String place(int index) {
        return "Bundle.entry[" + index + "]";
    }

    /// Expression of this entry.
    String place() {
        return place(index);
    }

    /// Expression of its content.
    String contentPlace() {
        return place() + ".resource";
    }

    /// The resource type in the url.
    String type() {
        return path.getFirst();
    }

    /// Whether it asks for something and changes nothing.
    boolean looks() {
        return verb == Verb.GET || verb == Verb.HEAD;
    }

    /// The same entry with other content.
    BundleEntry with(Optional<ObjectNode> content) {
        return new BundleEntry(index, fullUrl, verb, path, parameters, content, preconditions);
    }

    /// The update that a patch of a version comes to.
    BundleEntry asUpdate(ObjectNode content, Stored patched) {
        return new BundleEntry(
                index,
                fullUrl,
                Verb.PUT,
                List.of(type(), patched.id()),
                List.of(),
                Optional.of(content),
                new Preconditions(
                        Optional.of("W/\"" + patched.version() + "\""),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    /// The content, which a POST, PUT or PATCH must have.
    ObjectNode content() {
        return resource.orElseThrow(
                () -> refused("required", "The entry has no resource.", contentPlace()));
    }

    /// The search that must find nothing for a POST to be done, or that finds what a PUT, PATCH or DELETE is about.
    Optional<Condition> condition() {
        if (isFound()) {
            return Optional.of(new Condition(place() + ".request.url", type(), parameters));
        }
        return preconditions
                .ifNoneExist()
                .map(query ->
                        new Condition(
                                place() + ".request.ifNoneExist", type(), Parameter.parse(query)));
    }

    /// Whether what it is about is named by a search.
    boolean isFound() {
        return verb != Verb.POST && !looks() && path.size() == 1;
    }

    /// Goes on only when this can be part of a transaction here.
    ///
    /// @throws Refused with [Problem.BadRequest] naming the place
    void checkWithinTransaction() {
        var url = place() + ".request.url";
        if (!looks() && !Addresses.isType(type())) {
            throw refused(
                    "not-found",
                    Addresses.quoted(type()) + " is no resource type of FHIR R4.",
                    url);
        }
        switch (verb) {
            case GET, HEAD -> {}
            case POST -> {
                checkForm(path.size() == 1 && parameters.isEmpty(), "A POST has a type as url.");
                checkContentType();
            }
            case PUT -> {
                checkTarget(url);
                checkContentType();
            }
            case DELETE -> checkTarget(url);
            case PATCH -> {
                checkTarget(url);
                content();
            }
        }
    }

    private void checkTarget(String url) {
        checkForm(
                isFound() ? !parameters.isEmpty() : path.size() == 2 && parameters.isEmpty(),
                "The url is a type and an id, or a type and criteria such as"
                        + " Patient?identifier=system|value.");
        if (!isFound()) {
            Addresses.checkId(path.get(1), url);
        }
    }

    private void checkForm(boolean right, String how) {
        if (!right) {
            throw refused("not-supported", how, place() + ".request.url");
        }
    }

    private void checkContentType() {
        try {
            Intake.checkType(content(), type());
            if (verb == Verb.PUT && !isFound()) {
                Update.checkId(content(), path.get(1));
            }
        } catch (Refused e) {
            throw new Refused(Problems.under(contentPlace(), e.problem()));
        }
    }
}
