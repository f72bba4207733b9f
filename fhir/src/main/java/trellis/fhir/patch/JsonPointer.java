package trellis.fhir.patch;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A place in a JSON document (RFC 6901).
///
/// @param text as it was written
/// @param tokens its parts, unescaped; none for the whole document
record JsonPointer(String text, List<String> tokens) {
    private static final Pattern INDEX = Pattern.compile("0|[1-9]\\d{0,8}");
    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

    JsonPointer {
        tokens = List.copyOf(tokens);
    }

    /// Empty when the text is no pointer.
    static Optional<JsonPointer> of(String text) {
        if (text.isEmpty()) {
            return Optional.of(new JsonPointer(text, List.of()));
        }
        if (text.charAt(0) != '/' || BAD_ESCAPE.matcher(text).find()) {
            return Optional.empty();
        }
        return Optional.of(
                new JsonPointer(
                        text,
                        Arrays.stream(text.substring(1).split("/", -1))
                                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                                .toList()));
    }

    boolean isRoot() {
        return tokens.isEmpty();
    }

    String last() {
        return tokens.getLast();
    }

    /// Where this one's place stands.
    JsonPointer parent() {
        return new JsonPointer(
                text.substring(0, text.lastIndexOf('/')), tokens.subList(0, tokens.size() - 1));
    }

    /// Whether the other place lies within this one.
    boolean holds(JsonPointer other) {
        return other.tokens.size() > tokens.size()
                && other.tokens.subList(0, tokens.size()).equals(tokens);
    }

    /// What stands there.
    Optional<JsonNode> in(JsonNode document) {
        var at = Optional.of(document);
        for (var token : tokens) {
            at = at.flatMap(node -> child(node, token));
        }
        return at;
    }

    private static Optional<JsonNode> child(JsonNode node, String token) {
        return switch (node) {
            case ObjectNode object -> Optional.ofNullable(object.get(token));
            case ArrayNode array -> index(token).map(array::get);
            default -> Optional.empty();
        };
    }

    /// A token as the place in an array.
    static Optional<Integer> index(String token) {
        return INDEX.matcher(token).matches()
                ? Optional.of(Integer.parseInt(token))
                : Optional.empty();
    }
}
