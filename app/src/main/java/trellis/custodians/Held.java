package trellis.custodians;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.When;
import trellis.page.Words;

/// A document that somebody keeps.
///
/// @param source key of where it is kept
/// @param json its DocumentReference, from its custodian or, where only the locator tells of it, from there
/// @param pointer id of the pointer that leads to it; empty without one
/// @param opens numbers of the contents that are opened through this server
record Held(String source, ObjectNode json, Optional<String> pointer, List<Integer> opens) {

    /// A content of a document.
    ///
    /// @param number among its contents, from 0
    /// @param type media type; empty when nothing says it
    /// @param title empty without
    record Part(int number, String type, String title) {}

    Held {
        opens = List.copyOf(opens);
    }

    String id() {
        return json.path("id").asString("");
    }

    /// What tells it from all others of a person.
    String key() {
        return source + "/" + id();
    }

    /// What its source calls this very version, `system|value`; empty without.
    String master() {
        var master = json.path("masterIdentifier");
        var value = master.path("value").asString("");
        return value.isEmpty() ? "" : master.path("system").asString("") + "|" + value;
    }

    /// Its type as a search names it; empty when it has no code.
    String type() {
        var coding = json.at("/type/coding/0");
        var code = coding.path("code").asString("");
        return code.isEmpty() ? "" : coding.path("system").asString("") + "|" + code;
    }

    String words() {
        return Words.of(json.path("type")).orElse("Type not recorded");
    }

    /// What it is called, beside its type; empty without.
    Optional<String> title() {
        var description = json.path("description").asString("").strip();
        var title = json.at("/content/0/attachment/title").asString("").strip();
        return Optional.of(description.isEmpty() ? title : description)
                .filter(text -> !text.isEmpty() && !text.equals(words()));
    }

    Optional<When> when() {
        return When.of(json.path("date").asString(""))
                .or(() -> When.of(json.at("/context/period/start").asString("")));
    }

    /// Who keeps it: a name, or an ODS code; empty when nothing says.
    String custodian() {
        var custodian = json.path("custodian");
        var name = custodian.path("display").asString("").strip();
        return name.isEmpty() ? custodian.at("/identifier/value").asString("") : name;
    }

    /// Whether its custodian is told by name.
    boolean named() {
        return !json.at("/custodian/display").asString("").isBlank();
    }

    /// Whether it does not count any more.
    boolean mistaken() {
        return json.path("status").asString("").equals("entered-in-error")
                || json.path("docStatus").asString("").equals("entered-in-error");
    }

    /// Where its contents are.
    List<String> addresses() {
        return json.path("content")
                .valueStream()
                .map(content -> content.at("/attachment/url").asString(""))
                .filter(url -> !url.isEmpty())
                .toList();
    }

    /// The contents that are opened through this server.
    List<Part> parts() {
        var parts = new ArrayList<Part>();
        for (var number : opens) {
            JsonNode attachment = json.path("content").path(number).path("attachment");
            parts.add(
                    new Part(
                            number,
                            attachment.path("contentType").asString(""),
                            attachment.path("title").asString("").strip()));
        }
        return parts;
    }

    Held pointed(String id) {
        return new Held(source, json, Optional.of(id), opens);
    }
}
