package trellis.custodians;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.custodians.HeldRules.Pointed;
import trellis.fhir.Json;
import trellis.nodes.Node;
import trellis.nodes.Reply;

class HeldRulesTest {
    private static final String SOUTH = "https://south.example";
    private static final Map<String, String> ADDRESSES =
            Map.of(Source.HERE, "https://north.example", "south", SOUTH);
    private static final List<Node> NODES =
            List.of(
                    new Node(
                            "south", "South", Set.of("ZS1"), URI.create(SOUTH), "CN=south", false));

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode document(String id, String date, String master, String url) {
        return json(
                "{'resourceType':'DocumentReference','id':'%s','date':'%s',%s'content':[{'attachment':{'url':'%s'}}]}"
                        .formatted(
                                id,
                                date,
                                master.isEmpty()
                                        ? ""
                                        : "'masterIdentifier':{'value':'" + master + "'},",
                                url));
    }

    private static Source shown(String key, ObjectNode... documents) {
        var held =
                List.of(documents).stream()
                        .map(one -> HeldRules.held(key, ADDRESSES.getOrDefault(key, ""), one))
                        .toList();
        return new Source.Shown(key, key, held, held.size());
    }

    private static Pointed pointer(String source, String id, String url) {
        return Pointed.of(source, document(id, "2026-01-01", "", url));
    }

    private static List<String> merged(List<Source> sources, Pointed... pointers) {
        return HeldRules.merged(sources, List.of(pointers), ADDRESSES).stream()
                .map(Held::id)
                .toList();
    }

    @Test
    void a_pointer_and_the_document_that_it_leads_to_are_one_row() {
        var there =
                shown(
                        "south",
                        document("a", "2026-02-01", "", SOUTH + "/fhir/Binary/b"),
                        document("c", "2026-03-01", "", SOUTH + "/fhir/DocumentReference/c"));
        assertThat(
                        merged(
                                List.of(there),
                                pointer("south", "p1", SOUTH + "/fhir/Binary/b"),
                                pointer("south", "p2", SOUTH + "/fhir/DocumentReference/c"),
                                pointer("south", "p3", SOUTH + "/fhir/DocumentReference/a")))
                .containsExactly("c", "a");
    }

    @Test
    void of_a_source_that_told_a_part_alone_pointers_stand_and_that_is_said() {
        var there = (Source.Shown) shown("south", document("a", "2026-02-01", "", "x"));
        var part = new Source.Shown("south", "South", there.held(), 1_204);
        var pointer = pointer("south", "p", SOUTH + "/fhir/DocumentReference/untold");
        assertThat(merged(List.of(there), pointer)).containsExactly("a");
        assertThat(merged(List.of(part), pointer)).containsExactlyInAnyOrder("a", "p");
        var told =
                BundleRules.everything(
                        new Custodians.Found(List.of(part), part.held()),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        ADDRESSES);
        assertThat(told.at("/entry/1/resource/issue/0/diagnostics").asString(""))
                .isEqualTo(
                        "South has 1204 documents, of which 1 were told of in time. The others are not"
                                + " in this answer.");
    }

    @Test
    void a_page_between_nodes_is_bounded_and_says_how_many_there_are() {
        var words = "x".repeat(400_000);
        var documents =
                List.of("a", "b", "c", "d", "e").stream()
                        .map(id -> document(id, "2026-01-01", "", words))
                        .toList();
        var first = BundleRules.told(documents, 0, 7);
        assertThat(first.path("total").intValue()).isEqualTo(7);
        assertThat(first.path("entry").size()).isEqualTo(3);
        assertThat(BundleRules.told(documents, 3, 7).path("entry").size()).isEqualTo(2);
        assertThat(BundleRules.told(documents, 9, 7).path("entry").size()).isZero();
    }

    @Test
    void copies_with_one_master_identifier_are_one_row_and_the_nearest_stands() {
        var here = shown(Source.HERE, document("mine", "2026-02-01", "urn:uuid:1", ""));
        var there =
                shown(
                        "south",
                        document("theirs", "2026-02-01", "urn:uuid:1", ""),
                        document("other", "2026-01-01", "urn:uuid:2", ""));
        assertThat(merged(List.of(here, there))).containsExactly("mine", "other");
    }

    @Test
    void a_pointer_stands_where_its_custodian_is_away_and_falls_where_it_does_not_tell_of_it() {
        var pointer = pointer("south", "p", SOUTH + "/fhir/DocumentReference/sealed");
        assertThat(merged(List.of(shown("south")), pointer)).isEmpty();
        assertThat(merged(List.of(new Source.Refused("south", "South", "no")), pointer)).isEmpty();
        var away = new Source.NotReached("south", "South", Instant.EPOCH, Reply.Why.SILENT);
        assertThat(merged(List.of(away), pointer)).containsExactly("p");
    }

    @Test
    void a_pointer_to_another_system_of_a_node_stands() {
        var pointer = pointer("south", "p", "https://pacs.south.example/1");
        assertThat(merged(List.of(shown("south")), pointer)).containsExactly("p");
        var row = HeldRules.merged(List.of(shown("south")), List.of(pointer), ADDRESSES).getFirst();
        assertThat(row.opens()).isEmpty();
        assertThat(row.pointer()).contains("p");
    }

    @Test
    void a_pointer_leads_to_the_node_of_its_address_then_to_that_of_its_custodian() {
        var by = json("{'custodian':{'identifier':{'value':'ZS1'}},'content':[]}");
        assertThat(HeldRules.source(by, "https://north.example", NODES)).contains("south");
        var address = document("p", "2026-01-01", "", SOUTH + "/fhir/Binary/1");
        assertThat(HeldRules.source(address, "", NODES)).contains("south");
        var here = document("p", "2026-01-01", "", "https://north.example/fhir/Binary/1");
        assertThat(HeldRules.source(here, "https://north.example", NODES)).contains(Source.HERE);
        var nobody = document("p", "2026-01-01", "", SOUTH + ".evil.example/fhir/Binary/1");
        assertThat(HeldRules.source(nobody, "", NODES)).isEmpty();
    }

    @Test
    void only_contents_at_their_own_source_are_opened_through_this_server() {
        var held =
                HeldRules.held(
                        "south",
                        SOUTH,
                        json(
                                "{'id':'a','content':[{'attachment':{'url':'%s/fhir/Binary/1'}},{'attachment':{'url':'http://127.0.0.1/fhir/Binary/1'}},{'attachment':{'url':'%s/fhir/../x'}},{'attachment':{'url':'%s/fhir/Binary/1?x=y'}}]}"
                                        .formatted(SOUTH, SOUTH, SOUTH)));
        assertThat(held.opens()).containsExactly(0);
    }

    @Test
    void what_is_told_has_no_content_and_addresses_that_lead_here_from_everywhere() {
        var told =
                HeldRules.told(
                        json(
                                "{'resourceType':'DocumentReference','id':'a','text':{'div':'x'},'subject':{'reference':'Patient/1'},'custodian':{'reference':'Organization/Z'},'content':[{'attachment':{'data':'AAAA'}},{'attachment':{'url':'Binary/2'}}]}"),
                        SOUTH,
                        _ -> "Trust Z");
        assertThat(told.has("text")).isFalse();
        assertThat(told.at("/content/0/attachment").has("data")).isFalse();
        assertThat(told.at("/content/0/attachment/url").asString(""))
                .isEqualTo(SOUTH + "/fhir/DocumentReference/a");
        assertThat(told.at("/content/1/attachment/url").asString(""))
                .isEqualTo(SOUTH + "/fhir/Binary/2");
        assertThat(told.at("/subject/reference").asString("")).isEqualTo(SOUTH + "/fhir/Patient/1");
        assertThat(told.at("/custodian/display").asString("")).isEqualTo("Trust Z");
    }

    @Test
    void nodes_that_pointers_lead_to_are_asked_and_all_but_the_locator_when_it_is_away() {
        var none = Optional.of(List.<Pointed>of());
        assertThat(HeldRules.asked(none, NODES, "national")).isEmpty();
        var one = Optional.of(List.of(pointer("south", "p", "x"), pointer("locator", "q", "y")));
        assertThat(HeldRules.asked(one, NODES, "national")).containsExactly("south");
        assertThat(HeldRules.asked(Optional.empty(), NODES, "national")).containsExactly("south");
        assertThat(HeldRules.asked(Optional.empty(), NODES, "south")).isEmpty();
    }

    @Test
    void a_bundle_of_anything_else_is_none() {
        assertThat(HeldRules.documents(json("{'resourceType':'Bundle'}"))).contains(List.of());
        assertThat(HeldRules.documents(json("{'resourceType':'Patient'}"))).isEmpty();
        for (var entry :
                List.of(
                        "{'resource':{'resourceType':'Patient','id':'1'}}",
                        "{'resource':{'resourceType':'DocumentReference','id':'../1'}}",
                        "{'resource':{'resourceType':'DocumentReference','id':'..'}}",
                        "{}",
                        "1")) {
            assertThat(
                            HeldRules.documents(
                                    json("{'resourceType':'Bundle','entry':[" + entry + "]}")))
                    .as(entry)
                    .isEmpty();
        }
    }
}
