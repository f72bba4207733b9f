package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

class BodiesProperties {

    private static final Instant TIME = Instant.parse("2026-03-09T14:05:06.000007Z");
    private final Bodies bodies = new Bodies();

    @Property(tries = 300)
    void what_is_packed_comes_back(@ForAll byte[] bytes) {
        assertThat(bodies.unpack(bodies.pack(bytes))).isEqualTo(bytes);
    }

    @Property(tries = 300)
    void version_and_time_are_put_in_and_nothing_else_changes(
            @ForAll("resources") String resource) {
        var json = Json.parse(resource.getBytes(UTF_8));
        var plain = Bodies.plain(json);
        var whole = Json.parse(Bodies.whole(plain.bytes(), plain.splice(), 3, TIME));

        var meta = (ObjectNode) whole.get("meta");
        assertThat(meta.path("versionId").asString()).isEqualTo("3");
        assertThat(meta.path("lastUpdated").asString()).isEqualTo("2026-03-09T14:05:06.000007Z");
        assertThat(withoutStamp(whole)).isEqualTo(withoutStamp(json));
    }

    private static String withoutStamp(ObjectNode json) {
        var copy = json.deepCopy();
        if (copy.get("meta") instanceof ObjectNode meta) {
            meta.remove("versionId");
            meta.remove("lastUpdated");
            if (meta.isEmpty()) {
                copy.remove("meta");
            }
        }
        return new String(Json.write(copy), UTF_8);
    }

    @Provide
    Arbitrary<String> resources() {
        var members =
                Arbitraries.of(
                        "\"id\":\"x\"",
                        "\"text\":{\"meta\":{\"versionId\":\"9\"}}",
                        "\"number\":1.50",
                        "\"word\":\"a\\\"meta\\\":{é\"");
        var meta =
                Arbitraries.of(
                        "",
                        "\"meta\":{}",
                        "\"meta\":{\"versionId\":\"1\"}",
                        "\"meta\":{\"lastUpdated\":\"2020\",\"tag\":[{\"code\":\"t\"}]}",
                        "\"meta\":{\"profile\":[\"http://x\"],\"versionId\":\"1\"}");
        var others = members.list().uniqueElements().ofMaxSize(4);
        return Combinators.combine(others, meta, Arbitraries.integers().between(0, 5))
                .as(BodiesProperties::object);
    }

    private static String object(List<String> others, String meta, int at) {
        var all = new ArrayList<String>();
        all.add("\"resourceType\":\"Basic\"");
        all.addAll(others);
        if (!meta.isEmpty()) {
            all.add(Math.min(at, all.size()), meta);
        }
        return "{" + String.join(",", all) + "}";
    }
}
