package trellis.record;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Resource;
import trellis.page.When;
import trellis.page.Words;

/// Any resource of a record, with what the lists ask of all of them.
record Fact(ObjectNode json) implements Resource {

    Fact {
        requireNonNull(json);
    }

    /// The id; a resource that was read from the store always has one.
    String key() {
        return id().orElse("");
    }

    /// Text at a JSON pointer; empty when there is none.
    Optional<String> text(String pointer) {
        return Optional.of(json.at(pointer).asString("").strip()).filter(text -> !text.isEmpty());
    }

    /// The code of the `status` element; empty text when there is none.
    String status() {
        return json.path("status").asString("");
    }

    /// The first code of a concept such as `clinicalStatus`; empty text when there is none.
    String code(String concept) {
        return Words.firstCode(json.path(concept));
    }

    /// The words of a concept.
    Optional<String> words(String concept) {
        return Words.of(json.path(concept));
    }

    /// The first of these that holds a date.
    Optional<When> when(String... pointers) {
        for (var pointer : pointers) {
            var when = text(pointer).flatMap(When::of);
            if (when.isPresent()) {
                return when;
            }
        }
        return Optional.empty();
    }

    /// Whether somebody marked it as entered in error: such a thing is never counted, and shown struck
    /// through only in full lists (interface rule 32).
    boolean mistaken() {
        return status().equals("entered-in-error")
                || code("verificationStatus").equals("entered-in-error");
    }

    /// The literal reference at a JSON pointer, such as `Encounter/1`.
    Optional<String> reference(String pointer) {
        return text(pointer + "/reference");
    }

    /// The elements of a list.
    List<JsonNode> each(String name) {
        var all = new ArrayList<JsonNode>();
        json.path(name).forEach(all::add);
        return all;
    }

    /// Newest first by one of these dates; what has none comes last.
    static Comparator<Fact> newestFirst(String... pointers) {
        return Comparator.comparing((Fact fact) ->
                        fact.when(pointers).map(When::start).orElse(java.time.Instant.MIN))
                .reversed();
    }
}
