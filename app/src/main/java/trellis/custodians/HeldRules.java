package trellis.custodians;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.nodes.Node;
import trellis.page.When;

/// Reads what sources answer, and makes one list of it. Pure functions.
final class HeldRules {
    private static final Pattern RELATIVE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]*[A-Za-z0-9][A-Za-z0-9.-]*");

    private HeldRules() {}

    // --- one document ----------------------------------------------------------------------------

    /// A document as it is told of: without its content, and with addresses that lead here from everywhere.
    ///
    /// @param json as it lies in the store; changed
    /// @param address of this server; empty when it has none that others know
    /// @param names what an organisation is called, by reference; the reference when it is not known
    static ObjectNode told(ObjectNode json, String address, UnaryOperator<String> names) {
        json.remove("text");
        json.remove("contained");
        var custodian = json.path("custodian");
        if (custodian instanceof ObjectNode named && !named.has("display")) {
            named.put("display", names.apply(named.path("reference").asString("")));
        }
        var base = address.isEmpty() ? "" : address + "/fhir/";
        var own = base + "DocumentReference/" + json.path("id").asString("");
        for (var content : json.path("content")) {
            if (content.path("attachment") instanceof ObjectNode attachment
                    && attachment.remove("data") != null) {
                attachment.put("url", own);
            }
        }
        if (!base.isEmpty()) {
            absolute(json, base);
        }
        return json;
    }

    private static void absolute(JsonNode node, String base) {
        if (node instanceof ObjectNode object) {
            for (var name : List.of("reference", "url")) {
                var text = object.path(name).asString("");
                if (RELATIVE.matcher(text).matches()) {
                    object.put(name, base + text);
                }
            }
        }
        for (var child : node) {
            if (child.isContainer()) {
                absolute(child, base);
            }
        }
    }

    /// What a source tells of a document.
    ///
    /// @param address of the source; empty for this server when it has none that others know
    static Held held(String source, String address, ObjectNode json) {
        var base = address.isEmpty() ? "" : address + "/fhir/";
        var opens = new ArrayList<Integer>();
        for (var at = 0; at < json.path("content").size(); at++) {
            var url = json.path("content").path(at).at("/attachment/url").asString("");
            if (url.startsWith(base) && RELATIVE.matcher(url.substring(base.length())).matches()) {
                opens.add(at);
            }
        }
        return new Held(source, json, Optional.empty(), opens);
    }

    /// Whether a text is an id, and so may stand in an address.
    static boolean id(String text) {
        return ID.matcher(text).matches();
    }

    /// How many documents there are in all, as a searchset says.
    static int total(ObjectNode bundle) {
        return bundle.path("total").asInt(0);
    }

    /// The DocumentReferences of a searchset; empty when it is none.
    static Optional<List<ObjectNode>> documents(ObjectNode bundle) {
        if (!bundle.path("resourceType").asString("").equals("Bundle")) {
            return Optional.empty();
        }
        var all = new ArrayList<ObjectNode>();
        for (var entry : bundle.path("entry")) {
            if (!(entry.path("resource") instanceof ObjectNode resource)
                    || !resource.path("resourceType").asString("").equals("DocumentReference")
                    || !id(resource.path("id").asString(""))) {
                return Optional.empty();
            }
            all.add(resource);
        }
        return Optional.of(all);
    }

    // --- pointers --------------------------------------------------------------------------------

    /// Which node a pointer leads to: the one that serves its address, or answers for its custodian; this server; or none.
    ///
    /// @param here address of this server; empty for none
    static Optional<String> source(JsonNode pointer, String here, List<Node> nodes) {
        var urls = urls(pointer);
        if (!here.isEmpty() && urls.stream().anyMatch(url -> url.startsWith(here + "/"))) {
            return Optional.of(Source.HERE);
        }
        var custodian = pointer.at("/custodian/identifier/value").asString("");
        return nodes.stream()
                .filter(node -> urls.stream().anyMatch(node::serves))
                .findFirst()
                .or(() -> nodes.stream().filter(node -> node.ods().contains(custodian)).findFirst())
                .map(Node::name);
    }

    private static List<String> urls(JsonNode pointer) {
        return pointer.path("content")
                .valueStream()
                .map(content -> content.at("/attachment/url").asString(""))
                .toList();
    }

    // --- one list --------------------------------------------------------------------------------

    /// Everything as one list, newest first, nothing twice.
    ///
    /// What a custodian answers is believed of what lies with it: a pointer into it that it does not tell of is not shown. Of a
    /// custodian that is not reached, or has more than it told, the pointers stand.
    ///
    /// @param pointers what the locator tells, by the key of the source that each leads to
    /// @param addresses of sources, by key
    static List<Held> merged(
            List<Source> sources, List<Pointed> pointers, Map<String, String> addresses) {
        var rows = new LinkedHashMap<String, Held>();
        var states = new HashMap<String, Source>();
        for (var source : sources) {
            states.put(source.key(), source);
            if (source instanceof Source.Shown shown) {
                shown.held().forEach(one -> rows.putIfAbsent(one.key(), one));
            }
        }
        for (var pointed : pointers) {
            var pointer = pointed.held();
            var same =
                    rows.values().stream().filter(row -> same(row, pointer, addresses)).findFirst();
            if (same.isPresent()) {
                rows.put(same.get().key(), same.get().pointed(pointer.id()));
            } else if (stands(pointed, states, addresses)) {
                rows.putIfAbsent(pointer.key(), pointer);
            }
        }
        var masters = new HashSet<String>();
        return rows.values().stream()
                .filter(row -> row.master().isEmpty() || masters.add(row.master()))
                .sorted(newestFirst())
                .toList();
    }

    /// A pointer as a row of its own.
    ///
    /// @param held with the id of the pointer, opened by nobody
    record Pointed(Held held) {
        static Pointed of(String source, ObjectNode json) {
            var id = json.path("id").asString("");
            return new Pointed(new Held(source, json, Optional.of(id), List.of()));
        }
    }

    private static boolean same(Held row, Held pointer, Map<String, String> addresses) {
        if (!row.master().isEmpty() && row.master().equals(pointer.master())) {
            return true;
        }
        var own = new HashSet<>(row.addresses());
        var address = addresses.getOrDefault(row.source(), "");
        own.add(address + "/fhir/DocumentReference/" + row.id());
        return pointer.addresses().stream().anyMatch(own::contains);
    }

    private static boolean stands(
            Pointed pointed, Map<String, Source> states, Map<String, String> addresses) {
        var source = states.get(pointed.held().source());
        var address = addresses.getOrDefault(pointed.held().source(), "");
        var within =
                !address.isEmpty()
                        && pointed.held().addresses().stream()
                                .anyMatch(url -> url.startsWith(address + "/"));
        return switch (source) {
            case null -> true;
            case Source.NotReached _ -> true;
            case Source.Shown shown -> !within || !shown.whole();
            case Source.Refused _ -> false;
        };
    }

    private static Comparator<Held> newestFirst() {
        return Comparator.comparing((Held held) -> held.when().map(When::start).orElse(Instant.MIN))
                .reversed()
                .thenComparing(Held::key);
    }

    /// The types among some documents, in words by what a search calls them.
    static Map<String, String> types(List<Held> held) {
        return held.stream()
                .filter(one -> !one.type().isEmpty())
                .sorted(Comparator.comparing(Held::words))
                .collect(
                        Collectors.toMap(
                                Held::type, Held::words, (one, _) -> one, LinkedHashMap::new));
    }

    /// Which nodes are asked: those that pointers lead to; all but the locator itself when that does not answer.
    static Set<String> asked(Optional<List<Pointed>> pointers, List<Node> nodes, String locator) {
        var names = nodes.stream().map(Node::name).collect(Collectors.toSet());
        var asked =
                pointers.map(all ->
                                all.stream()
                                        .map(one -> one.held().source())
                                        .filter(names::contains)
                                        .collect(Collectors.toCollection(LinkedHashSet::new)))
                        .orElseGet(() -> new LinkedHashSet<>(names));
        if (pointers.isEmpty()) {
            asked.remove(locator);
        }
        return Set.copyOf(asked);
    }
}
