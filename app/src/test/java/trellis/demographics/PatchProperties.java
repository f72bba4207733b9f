package trellis.demographics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Whatever patches come, a person is changed by the law or not at all.
class PatchProperties {
    private static final List<String> LISTS =
            List.of("name", "address", "telecom", "contact", "generalPractitioner", "extension");

    private static ObjectNode patient() {
        return Json.parse(
                """
                {"resourceType":"Patient","id":"9000000009","gender":"female","birthDate":"2001-04-09",
                 "name":[{"id":"a","use":"usual","family":"Marsh","given":["Rowan","Elke"]},{"id":"b","use":"old","family":"Fenwick"}],
                 "address":[{"id":"c","use":"home","line":["1","2"],"postalCode":"LS1 6AE"}],
                 "telecom":[{"id":"d","system":"phone","value":"1"}],
                 "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"Hull"}}]}\
                """
                        .getBytes(StandardCharsets.UTF_8));
    }

    /// @param value as JSON; empty for none
    record Sent(String op, String path, String value) {}

    @Provide
    Arbitrary<List<Sent>> patches() {
        var op = Arbitraries.of("add", "replace", "remove", "test", "move");
        var path =
                Arbitraries.of(
                        "/gender",
                        "/birthDate",
                        "/deceasedDateTime",
                        "/name/-",
                        "/name/0",
                        "/name/1",
                        "/name/0/id",
                        "/name/1/id",
                        "/name/0/given/0",
                        "/name/0/given/-",
                        "/name/0/suffix/0",
                        "/name/2",
                        "/address/0",
                        "/address/0/id",
                        "/address/0/line/1",
                        "/address/-",
                        "/telecom/0/id",
                        "/telecom/0/value",
                        "/extension/0",
                        "/extension/0/url",
                        "/extension/-",
                        "/contact/-",
                        "/contact/0/id",
                        "/id",
                        "/identifier/0/value",
                        "/meta/versionId",
                        "/name",
                        "",
                        "/",
                        "/name/-1/id",
                        "/name/00/id",
                        "/name/0/given/99",
                        "/a~1b");
        var value =
                Arbitraries.of(
                        "\"a\"",
                        "\"b\"",
                        "\"c\"",
                        "\"d\"",
                        "\"male\"",
                        "null",
                        "1",
                        "[]",
                        "{}",
                        "{\"id\":\"a\",\"use\":\"usual\",\"family\":\"New\"}",
                        "{\"id\":\"b\",\"use\":\"old\",\"family\":\"New\"}",
                        "{\"use\":\"nickname\",\"family\":\"Nick\"}",
                        "{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\"}",
                        "\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\"",
                        "\"1999-01-01\"",
                        "");
        return Combinators.combine(op, path, value).as(Sent::new).list().ofMinSize(1).ofMaxSize(5);
    }

    private static ObjectNode body(List<Sent> patches) {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("patches");
        for (var patch : patches) {
            var one = list.addObject().put("op", patch.op()).put("path", patch.path());
            if (!patch.value().isEmpty()) {
                one.set(
                        "value",
                        Json.parse(
                                        ("{\"v\":" + patch.value() + "}")
                                                .getBytes(StandardCharsets.UTF_8))
                                .get("v"));
            }
        }
        return body;
    }

    @Property(tries = 5_000)
    void a_change_is_lawful_or_refused_and_the_original_stays(
            @ForAll("patches") List<Sent> patches) {
        var before = patient();
        var made = new AtomicInteger();
        Optional<ObjectNode> changed;
        try {
            changed =
                    Optional.of(
                            PatchRules.apply(
                                    before, body(patches), () -> "new" + made.incrementAndGet()));
        } catch (PdsError.Refusal e) {
            changed = Optional.empty();
        }
        assertThat(before).isEqualTo(patient());
        changed.ifPresent(after -> lawful(before, after, patches));
    }

    private static void lawful(ObjectNode before, ObjectNode after, List<Sent> patches) {
        assertThat(after.path("id")).isEqualTo(before.path("id"));
        assertThat(after.has("identifier")).isFalse();
        assertThat(after.has("gender")).isTrue();
        assertThat(after.has("birthDate")).isTrue();
        assertThat(usual(after)).hasSize(1);
        for (var list : LISTS) {
            var marks = marks(after, list);
            assertThat(marks).as(list).doesNotHaveDuplicates();
            for (var mark : marks(before, list)) {
                if (!marks.contains(mark)) {
                    assertThat(
                                    patches.stream()
                                            .filter(one ->
                                                    one.op().equals("remove")
                                                            && one.path()
                                                                    .startsWith("/" + list + "/")))
                            .as("the item %s of %s is gone only by a removal", mark, list)
                            .isNotEmpty();
                }
            }
        }
    }

    private static List<JsonNode> usual(ObjectNode patient) {
        return patient.path("name")
                .valueStream()
                .filter(name -> name.path("use").asString("").equals("usual"))
                .toList();
    }

    private static List<String> marks(ObjectNode patient, String list) {
        var marks = new ArrayList<String>();
        for (var item : patient.path(list)) {
            marks.add(item.path(list.equals("extension") ? "url" : "id").asString(""));
        }
        return marks;
    }
}
