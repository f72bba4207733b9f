package trellis.demographics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Changes a Patient piece by piece (RFC 6902), under the service's own law: an item of a list is changed only by whoever
/// names its id (an extension: its url), removed only right after a test of it, and added at the end. All patches apply or
/// none. Pure functions.
final class PatchRules {
    private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove", "test");
    private static final Set<String> LISTS =
            Set.of("name", "address", "telecom", "contact", "generalPractitioner", "extension");
    private static final Set<String> VALUES =
            Set.of("gender", "birthDate", "multipleBirthInteger", "deceasedDateTime");
    private static final Set<String> NEVER_REMOVED = Set.of("gender", "birthDate");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,3}");
    private static final int MOST = 200;

    private PatchRules() {}

    /// One patch.
    ///
    /// @param path its parts, unescaped
    private record Patch(String op, List<String> path, Optional<JsonNode> value) {
        String root() {
            return path.getFirst();
        }

        boolean ofList() {
            return LISTS.contains(root());
        }

        /// An item of a list as a whole, such as `/name/0`.
        boolean item() {
            return ofList() && path.size() == 2;
        }

        /// What tells items of the list apart.
        String mark() {
            return root().equals("extension") ? "url" : "id";
        }

        boolean marks(String root, String index) {
            return path.equals(List.of(root, index, mark()));
        }

        String text() {
            return "/" + String.join("/", path);
        }

        /// `/name/0`.
        String place() {
            return "/" + root() + "/" + path.get(1);
        }
    }

    /// The patient with all patches applied.
    ///
    /// @param patient as it was handed out, every item with its id
    /// @param body as it was sent
    /// @param newId makes the id of an item that is added
    static ObjectNode apply(ObjectNode patient, JsonNode body, Supplier<String> newId) {
        var patches = patches(body);
        for (var at = 0; at < patches.size(); at++) {
            lawful(patches, at);
        }
        var changed = patient.deepCopy();
        LISTS.stream().filter(name -> !changed.has(name)).forEach(changed::putArray);
        var strangers = new ArrayList<String>();
        for (var patch : patches) {
            apply(patch, changed, newId, strangers);
        }
        if (!strangers.isEmpty()) {
            throw PdsError.update(strangers.getFirst());
        }
        LISTS.stream().filter(name -> changed.path(name).isEmpty()).forEach(changed::remove);
        names(patient, changed);
        return changed;
    }

    // --- reading ---------------------------------------------------------------------------------

    private static List<Patch> patches(JsonNode body) {
        var sent = body.path("patches");
        if (!sent.isArray() || sent.isEmpty()) {
            throw PdsError.update("No patches found");
        }
        if (sent.size() > MOST) {
            throw PdsError.update("at most " + MOST + " patches come together");
        }
        var patches = new ArrayList<Patch>();
        for (var at = 0; at < sent.size(); at++) {
            patches.add(patch(sent.path(at), at));
        }
        return patches;
    }

    private static Patch patch(JsonNode sent, int at) {
        if (!sent.isObject()) {
            throw PdsError.invalid(sent.toString(), Integer.toString(at));
        }
        var op = sent.path("op").asString("");
        if (op.isEmpty()) {
            throw PdsError.missing(at + "/op");
        }
        if (!OPERATIONS.contains(op)) {
            throw PdsError.invalid(op, at + "/op");
        }
        var path = sent.path("path").asString("");
        if (path.isEmpty()) {
            throw PdsError.missing(at + "/path");
        }
        if (!path.startsWith("/") || path.length() < 2) {
            throw PdsError.invalid(path, at + "/path");
        }
        if (!op.equals("remove") && !sent.has("value")) {
            throw PdsError.missing(at + "/value");
        }
        var parts = new ArrayList<String>();
        for (var part : path.substring(1).split("/", -1)) {
            parts.add(part.replace("~1", "/").replace("~0", "~"));
        }
        return new Patch(
                op,
                List.copyOf(parts),
                Optional.ofNullable(sent.get("value")).map(JsonNode::deepCopy));
    }

    // --- the law ---------------------------------------------------------------------------------

    private static void lawful(List<Patch> patches, int at) {
        var patch = patches.get(at);
        if (!patch.ofList() && !VALUES.contains(patch.root())) {
            throw PdsError.update("Update unsupported for resource - '" + patch.root() + "'");
        }
        if (!patch.ofList()) {
            if (patch.path().size() > 1) {
                throw PdsError.update(
                        "Invalid patch - '" + patch.root() + "' has nothing within it");
            }
            if (patch.op().equals("remove") && NEVER_REMOVED.contains(patch.root())) {
                throw PdsError.FORBIDDEN_UPDATE.refusal(
                        "Forbidden update with error - " + patch.root() + " cannot be removed");
            }
            return;
        }
        if (patch.path().size() == 1) {
            throw PdsError.update(
                    "Invalid patch - the list '" + patch.text() + "' is changed item by item");
        }
        if (patch.op().equals("add") && patch.item()) {
            if (!patch.path().get(1).equals("-")) {
                throw PdsError.update(
                        "Invalid patch - an item is added at the end of its list: '/"
                                + patch.root()
                                + "/-'");
            }
            return;
        }
        if (patch.op().equals("remove") && patch.item()) {
            tested(patches, at);
            return;
        }
        named(patches, patch);
    }

    private static void tested(List<Patch> patches, int at) {
        var patch = patches.get(at);
        var before = at == 0 ? Optional.<Patch>empty() : Optional.of(patches.get(at - 1));
        var equivalent =
                before.filter(one ->
                                one.op().equals("test")
                                        && (one.path().equals(patch.path())
                                                || one.marks(patch.root(), patch.path().get(1))))
                        .isPresent();
        if (!equivalent) {
            throw PdsError.update(
                    "removal '"
                            + patch.text()
                            + "' is not immediately preceded by equivalent test - instead it is "
                            + before.map(one -> "preceded by " + one.op() + " '" + one.text() + "'")
                                    .orElse("the first item"));
        }
    }

    /// Whoever changes an item says which one it is.
    private static void named(List<Patch> patches, Patch patch) {
        var index = patch.path().get(1);
        var named =
                patches.stream()
                        .anyMatch(one ->
                                (!one.op().equals("remove") && one.marks(patch.root(), index))
                                        || (one.item()
                                                && one.path().equals(patch.path().subList(0, 2))
                                                && one.value()
                                                        .filter(value -> value.has(one.mark()))
                                                        .isPresent()));
        if (!named) {
            throw PdsError.update("no id or url found for path with root " + patch.place());
        }
    }

    // --- applying --------------------------------------------------------------------------------

    private static void apply(
            Patch patch, ObjectNode patient, Supplier<String> newId, List<String> strangers) {
        if (patch.ofList()) {
            index(patch, patient);
            marked(patch, patient).ifPresent(strangers::add);
        }
        var parent = parent(patch, patient);
        var last = patch.path().getLast();
        switch (patch.op()) {
            case "test" -> test(patch, parent, last);
            case "remove" -> remove(patch, parent, last);
            case "replace" -> replace(patch, parent, last);
            default -> add(patch, parent, last, newId);
        }
    }

    private static void index(Patch patch, ObjectNode patient) {
        var index = patch.path().get(1);
        if (index.equals("-") && patch.item() && patch.op().equals("add")) {
            return;
        }
        if (!NUMBER.matcher(index).matches()) {
            throw PdsError.update("Invalid patch - '" + index + "' is not a valid index");
        }
        if (Integer.parseInt(index) >= patient.path(patch.root()).size()) {
            throw PdsError.update("Invalid patch - index '" + index + "' is out of bounds");
        }
    }

    /// What is said when a patch names another item than the one in its place.
    private static Optional<String> marked(Patch patch, ObjectNode patient) {
        if (patch.op().equals("remove")
                || patch.op().equals("test")
                || patch.path().get(1).equals("-")) {
            return Optional.empty();
        }
        var whole =
                patch.item()
                        ? patch.value().map(value -> value.path(patch.mark()))
                        : Optional.<JsonNode>empty();
        var part =
                patch.marks(patch.root(), patch.path().get(1))
                        ? patch.value()
                        : Optional.<JsonNode>empty();
        return whole.or(() -> part)
                .map(value -> value.asString(""))
                .filter(value ->
                        !value.equals(
                                patient.path(patch.root())
                                        .path(Integer.parseInt(patch.path().get(1)))
                                        .path(patch.mark())
                                        .asString("")))
                .map(value ->
                        "no '"
                                + patch.root()
                                + "' resources with "
                                + (patch.mark().equals("url") ? "url" : "object id")
                                + " '"
                                + value
                                + "'");
    }

    /// What holds the place of a patch; missing when that is not there either.
    private static JsonNode parent(Patch patch, ObjectNode patient) {
        JsonNode node = patient;
        for (var part : patch.path().subList(0, patch.path().size() - 1)) {
            node =
                    node.isArray()
                            ? NUMBER.matcher(part).matches()
                                    ? node.path(Integer.parseInt(part))
                                    : node.path(-1)
                            : node.path(part);
        }
        return node;
    }

    private static JsonNode at(JsonNode parent, String last) {
        if (parent.isArray()) {
            return NUMBER.matcher(last).matches()
                    ? parent.path(Integer.parseInt(last))
                    : parent.path(-1);
        }
        return parent.path(last);
    }

    private static void test(Patch patch, JsonNode parent, String last) {
        if (!at(parent, last).equals(patch.value().orElseThrow())) {
            throw PdsError.update("Invalid patch - the test of '" + patch.text() + "' failed");
        }
    }

    private static void remove(Patch patch, JsonNode parent, String last) {
        if (at(parent, last).isMissingNode()) {
            throw PdsError.update(
                    "Invalid patch - can't remove non-existent object '" + last + "'");
        }
        if (patch.marks(patch.root(), patch.path().get(Math.min(1, patch.path().size() - 1)))) {
            throw PdsError.update("Invalid patch - '" + patch.text() + "' cannot be removed");
        }
        if (parent instanceof ArrayNode array) {
            array.remove(Integer.parseInt(last));
        } else if (parent instanceof ObjectNode object) {
            object.remove(last);
        }
    }

    private static void replace(Patch patch, JsonNode parent, String last) {
        if (at(parent, last).isMissingNode()) {
            throw PdsError.update(
                    "Invalid patch - can't replace non-existent object '" + last + "'");
        }
        var value = patch.value().orElseThrow();
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), value);
        } else if (parent instanceof ObjectNode object) {
            object.set(last, value);
        }
    }

    private static void add(Patch patch, JsonNode parent, String last, Supplier<String> newId) {
        var value = patch.value().orElseThrow();
        if (patch.item() && value instanceof ObjectNode item && !patch.root().equals("extension")) {
            item.put("id", newId.get());
        }
        switch (parent) {
            case ArrayNode array when last.equals("-") -> array.add(value);
            case ArrayNode array
                    when NUMBER.matcher(last).matches() && Integer.parseInt(last) <= array.size() ->
                    array.insert(Integer.parseInt(last), value);
            case ArrayNode _ ->
                    throw PdsError.update("Invalid patch - index '" + last + "' is out of bounds");
            case ObjectNode object -> object.set(last, value);
            default -> inMissingList(patch, last);
        }
    }

    private static void inMissingList(Patch patch, String last) {
        throw PdsError.update(
                "Invalid patch - there is nothing at '"
                        + patch.text().substring(0, patch.text().length() - last.length() - 1)
                        + "' to add '"
                        + last
                        + "' to");
    }

    // --- afterwards ------------------------------------------------------------------------------

    private static void names(ObjectNode before, ObjectNode after) {
        var usual = usual(after);
        if (usual.size() > 1) {
            throw PdsError.FORBIDDEN_UPDATE.refusal(
                    "Forbidden update with error - multiple usual names cannot be added");
        }
        if (usual.isEmpty() && !usual(before).isEmpty()) {
            throw PdsError.FORBIDDEN_UPDATE.refusal(
                    "Forbidden update with error - usual name cannot be removed");
        }
        for (var list : LISTS) {
            // Of some extensions the record has several: they stay, and no more come.
            var were = marks(before, list);
            marks(after, list)
                    .forEach((mark, times) -> {
                        if (times > Math.max(1, were.getOrDefault(mark, 0L))) {
                            throw PdsError.TOO_MANY_VALUES_SUBMITTED.refusal(
                                    "Too many values submitted - "
                                            + mark
                                            + " in field '"
                                            + list
                                            + "'");
                        }
                    });
        }
    }

    private static Map<String, Long> marks(ObjectNode patient, String list) {
        return patient.path(list)
                .valueStream()
                .map(item -> item.path(list.equals("extension") ? "url" : "id").asString(""))
                .collect(Collectors.groupingBy(mark -> mark, TreeMap::new, Collectors.counting()));
    }

    private static List<JsonNode> usual(ObjectNode patient) {
        return patient.path("name")
                .valueStream()
                .filter(name -> name.path("use").asString("").equals("usual"))
                .toList();
    }
}
