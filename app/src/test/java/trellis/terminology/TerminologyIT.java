package trellis.terminology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Trellis;
import trellis.Wire;
import trellis.access.Asking;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.api.CodeSets;
import trellis.fhir.Refused;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.settings.Settings;

/// Each line of the pages of the operations about codes (docs/api), over real HTTP.
class TerminologyIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_EXPANSION_MOST", "10"));

    private static final Path SNOMED = Path.of("src/test/resources/trellis/terminology/snomed");
    private static final String SCT = "http://snomed.info/sct";
    private static final String VERSION = SCT + "/900000000000207008/version/20260101";
    private static final String DISEASE = "100000028";
    private static final String INFECTION = "100000037";
    private static final String LUNG_DISEASE = "100000044";
    private static final String PNEUMONIA = "100000059";
    private static final String VIRAL = "100000063";
    private static final String BACTERIAL = "100000071";
    private static final String CAUSE = "100000118";
    private static final String VIRUS = "100000125";
    private static final String WATCHED = "100000156";
    private static final String OLD = "100000160";

    private static final Wire wire = new Wire(server);

    private record Said(int code, String out, String err) {}

    private static Said run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console =
                new Console(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        var settings = Settings.read(server.database().environment(), Trellis.SETTINGS);
        var code =
                new Commands(console, settings, new TerminologyCommand(console, settings))
                        .run(List.of(arguments));
        return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    @BeforeAll
    static void load() {
        var said = run("terminology", "load", "snomed", SNOMED.toString());
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out()).isEqualTo(SCT + "|" + VERSION + " counts from now on.\n");
        assertThat(said.err()).contains("100%");
        wire.keep(
                "CodeSystem/colours",
                """
                {"resourceType":"CodeSystem","id":"colours","url":"http://example.org/colours","version":"2",
                 "name":"Colours","status":"active","content":"complete","caseSensitive":true,
                 "property":[{"code":"notSelectable","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"boolean"},
                             {"code":"warmth","type":"integer"}],
                 "concept":[{"code":"any","display":"Any colour","property":[{"code":"notSelectable","valueBoolean":true}],
                   "concept":[{"code":"red","display":"Red","definition":"As a rose",
                               "designation":[{"language":"cy","value":"Coch"}],
                               "property":[{"code":"warmth","valueInteger":9}],
                               "concept":[{"code":"crimson","display":"Crimson"}]},
                              {"code":"blue","display":"Blue","property":[{"code":"warmth","valueInteger":1}]}]}]}
                """);
        wire.keep(
                "CodeSystem/colours-old",
                """
                {"resourceType":"CodeSystem","id":"colours-old","url":"http://example.org/colours","version":"1","name":"Colours",
                 "status":"active","content":"complete","concept":[{"code":"red","display":"Reddish"}]}
                """);
        wire.keep(
                "ValueSet/reds",
                """
                {"resourceType":"ValueSet","id":"reds","url":"http://example.org/vs/reds","version":"1","name":"Reds","status":"active",
                 "compose":{"include":[{"system":"http://example.org/colours","filter":[{"property":"concept","op":"is-a","value":"red"}]},
                                       {"system":"http://example.org/unheld","concept":[{"code":"x","display":"Ex"}]}],
                            "exclude":[{"system":"http://example.org/colours","concept":[{"code":"blue"}]}]}}
                """);
        wire.keep(
                "ConceptMap/to-sct",
                """
                {"resourceType":"ConceptMap","id":"to-sct","url":"http://example.org/map","status":"active",
                 "sourceUri":"http://example.org/vs/reds","targetUri":"http://example.org/vs/other",
                 "group":[{"source":"http://example.org/colours","target":"http://example.org/paints",
                  "element":[{"code":"red","target":[{"code":"r1","display":"Paint R1","equivalence":"wider",
                              "product":[{"property":"http://example.org/coat","system":"http://example.org/coats","value":"2"}]}]},
                             {"code":"blue","target":[{"equivalence":"unmatched"}]}]}]}
                """);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static HttpResponse<String> get(String path) {
        return Wire.send(wire.request(wire.machine(), "/fhir/" + path));
    }

    private static HttpResponse<String> post(String path, String json) {
        return Wire.send(
                wire.request(wire.machine(), "/fhir/" + path)
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(json)));
    }

    private static ObjectNode good(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Wire.json(answer);
    }

    /// Asserts a refusal.
    private static String refused(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var issue = Wire.json(answer).at("/issue/0");
        assertThat(issue.path("code").asString("")).as(answer.body()).isEqualTo(code);
        return issue.path("diagnostics").asString("");
    }

    /// The simple value of a parameter of an answer.
    private static String value(ObjectNode parameters, String name) {
        for (var parameter : parameters.path("parameter")) {
            if (parameter.path("name").asString("").equals(name)) {
                for (var member : parameter.properties()) {
                    if (member.getKey().startsWith("value")) {
                        return member.getValue().asString();
                    }
                }
            }
        }
        return "";
    }

    private static List<String> codes(JsonNode contains) {
        var codes = new ArrayList<String>();
        contains.forEach(one -> codes.add(one.path("code").asString("")));
        return codes;
    }

    private static List<String> expanded(HttpResponse<String> answer) {
        return codes(good(answer).at("/expansion/contains"));
    }

    // $lookup

    @Test
    void lookup_tells_names_designations_and_properties() {
        var answer = good(get("CodeSystem/$lookup?system=" + SCT + "&code=" + PNEUMONIA));

        assertThat(value(answer, "name")).isEqualTo("SNOMED CT");
        assertThat(value(answer, "version")).isEqualTo(VERSION);
        assertThat(value(answer, "display")).isEqualTo("pneumonia");
        assertThat(answer.toString())
                .contains("Inflammation of the lung", "pneumonia (thing)", "Fully specified name")
                .contains(
                        "{\"name\":\"code\",\"valueCode\":\"parent\"},{\"name\":\"value\",\"valueCode\":\""
                                + LUNG_DISEASE)
                .contains(
                        "{\"name\":\"code\",\"valueCode\":\"inactive\"},{\"name\":\"value\",\"valueBoolean\":false}");
    }

    @Test
    void lookup_takes_a_coding_a_version_a_language_and_the_properties_wanted() {
        var answer =
                good(
                        post(
                                "CodeSystem/$lookup",
                                """
                                {"resourceType":"Parameters","parameter":[
                                 {"name":"coding","valueCoding":{"system":"http://example.org/colours","code":"red"}},
                                 {"name":"displayLanguage","valueCode":"cy"},{"name":"property","valueCode":"warmth"},
                                 {"name":"property","valueCode":"child"}]}
                                """));

        assertThat(value(answer, "display")).isEqualTo("Coch");
        assertThat(value(answer, "version")).isEqualTo("2");
        assertThat(answer.toString())
                .contains("\"valueInteger\":9", "crimson")
                .doesNotContain("definition", "designation");
        var old = "CodeSystem/$lookup?system=http://example.org/colours&version=1&code=red";
        assertThat(value(good(get(old)), "display")).isEqualTo("Reddish");
    }

    @Test
    void what_is_published_with_r4_is_there_without_loading_anything() {
        var answer =
                good(
                        get(
                                "CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=female"));

        assertThat(value(answer, "display")).isEqualTo("Female");
        assertThat(
                        expanded(
                                get(
                                        "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender")))
                .containsExactly("male", "female", "other", "unknown");
    }

    @Test
    void lookup_refuses_what_it_does_not_know() {
        refused(404, "not-found", get("CodeSystem/$lookup?system=" + SCT + "&code=73211009"));
        assertThat(
                        refused(
                                422,
                                "not-found",
                                get("CodeSystem/$lookup?system=http://example.org/none&code=a")))
                .contains("not held here", "trellis terminology load");
        refused(400, "required", get("CodeSystem/$lookup?code=a"));
        refused(400, "not-supported", get("CodeSystem/$lookup?code=a&system=b&colour=red"));
        refused(400, "invalid", get("CodeSystem/$lookup?code=a&code=b&system=c"));
        refused(404, "not-found", get("Patient/$lookup?code=a&system=b"));
    }

    // $validate-code

    private static ObjectNode validated(String query) {
        return good(get(query));
    }

    @Test
    void a_code_of_a_code_system_is_valid_with_any_of_its_names() {
        var of = "CodeSystem/$validate-code?url=" + SCT + "&code=" + PNEUMONIA;

        assertThat(value(validated(of), "result")).isEqualTo("true");
        assertThat(value(validated(of), "display")).isEqualTo("pneumonia");
        assertThat(value(validated(of + "&display=inflammation%20of%20the%20LUNG"), "result"))
                .isEqualTo("true");
        var wrong = validated(of + "&display=Broken%20leg");
        assertThat(value(wrong, "result")).isEqualTo("false");
        assertThat(value(wrong, "message")).contains("it is called: pneumonia");
        assertThat(value(validated("CodeSystem/$validate-code?url=" + SCT + "&code=1"), "result"))
                .isEqualTo("false");
    }

    @Test
    void an_inactive_code_is_told_and_an_abstract_one_refused_where_it_must_not_be_used() {
        var old = validated("CodeSystem/$validate-code?url=" + SCT + "&code=" + OLD);
        var any = "CodeSystem/colours/$validate-code?code=any";

        assertThat(value(old, "result")).isEqualTo("true");
        assertThat(value(old, "message")).contains("inactive");
        assertThat(value(validated(any), "result")).isEqualTo("true");
        assertThat(value(validated(any + "&abstract=false"), "result")).isEqualTo("false");
    }

    @Test
    void a_code_of_a_value_set_is_one_of_its_members() {
        var reds = "ValueSet/$validate-code?url=http://example.org/vs/reds&code=";

        assertThat(value(validated(reds + "crimson&system=http://example.org/colours"), "result"))
                .isEqualTo("true");
        assertThat(value(validated(reds + "blue&system=http://example.org/colours"), "result"))
                .isEqualTo("false");
        assertThat(
                        value(
                                validated(reds + "x&system=http://example.org/unheld&display=ex"),
                                "result"))
                .as("listed, though its code system is not held")
                .isEqualTo("true");
        assertThat(value(validated("ValueSet/reds/$validate-code?code=red"), "result"))
                .isEqualTo("true");
        var concept =
                post(
                        "ValueSet/reds/$validate-code",
                        """
                        {"resourceType":"Parameters","parameter":[{"name":"codeableConcept","valueCodeableConcept":{"coding":[
                         {"system":"http://example.org/colours","code":"blue"},{"system":"http://example.org/colours","code":"red"}]}}]}
                        """);
        assertThat(value(good(concept), "result")).isEqualTo("true");
        var coding = "{\"system\":\"http://example.org/colours\",\"code\":\"blue\"}";
        refused(
                400,
                "too-costly",
                post(
                        "ValueSet/reds/$validate-code",
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"codeableConcept\",\"valueCodeableConcept\":{\"coding\":["
                                + String.join(",", java.util.Collections.nCopies(101, coding))
                                + "]}}]}"));
    }

    private static final String COLOURED =
            """
            {"resourceType":"Basic","id":"coloured","code":{"coding":[
             {"system":"http://example.org/colours","code":"crimson"},
             {"system":"http://example.org/colours","code":"blue"},
             {"system":"http://example.org/none","code":"x"}]}}
            """;

    @Test
    void fhirpath_in_graphql_knows_what_codes_mean() {
        var made =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/Basic/coloured")
                                .header("Content-Type", "application/fhir+json")
                                .PUT(BodyPublishers.ofString(COLOURED)));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(coloured("memberOf('http://example.org/vs/reds')")).containsExactly("crimson");
        assertThat(coloured("memberOf('http://example.org/vs/none')")).isEmpty();
        assertThat(coloured("subsumedBy($this)")).containsExactly("crimson", "blue");
    }

    private static List<String> coloured(String expression) {
        var query = "{code{coding(fhirpath:\"" + expression + "\"){code}}}";
        var found = new ArrayList<String>();
        good(get("Basic/coloured/$graphql?query=" + URLEncoder.encode(query, UTF_8)))
                .at("/data/code/coding")
                .forEach(one -> found.add(one.path("code").asString("")));
        return found;
    }

    @Test
    void whether_a_code_is_valid_is_not_guessed() {
        refused(
                422,
                "not-found",
                get("CodeSystem/$validate-code?url=http://example.org/none&code=a"));
        refused(
                404,
                "not-found",
                get("ValueSet/$validate-code?url=http://example.org/none&code=a"));
        refused(400, "required", get("ValueSet/$validate-code?url=http://example.org/vs/reds"));
        refused(404, "not-found", get("ValueSet/none/$validate-code?code=a"));
    }

    // $subsumes

    private static String subsumes(String a, String b) {
        var query = "CodeSystem/$subsumes?system=" + SCT + "&codeA=" + a + "&codeB=" + b;
        return value(good(get(query)), "outcome");
    }

    @Test
    void one_code_is_a_kind_of_another_or_not() {
        assertThat(subsumes(DISEASE, VIRAL)).isEqualTo("subsumes");
        assertThat(subsumes(VIRAL, INFECTION)).isEqualTo("subsumed-by");
        assertThat(subsumes(VIRAL, VIRAL)).isEqualTo("equivalent");
        assertThat(subsumes(LUNG_DISEASE, INFECTION)).isEqualTo("not-subsumed");
        assertThat(
                        value(
                                good(get("CodeSystem/colours/$subsumes?codeA=any&codeB=crimson")),
                                "outcome"))
                .isEqualTo("subsumes");
    }

    @Test
    void subsumption_refuses_what_it_cannot_tell() {
        var of = "CodeSystem/$subsumes?system=" + SCT + "&codeA=" + VIRAL;

        refused(422, "not-found", get(of + "&codeB=1"));
        refused(400, "required", get(of));
        refused(400, "required", get("CodeSystem/$subsumes?codeA=a&codeB=b"));
        refused(
                400,
                "value",
                post(
                        "CodeSystem/$subsumes",
                        """
                        {"resourceType":"Parameters","parameter":[{"name":"codingA","valueCoding":{"system":"a","code":"1"}},
                         {"name":"codingB","valueCoding":{"system":"b","code":"1"}}]}
                        """));
    }

    // $expand

    private static String implicit(String rest) {
        return "ValueSet/$expand?url=" + encoded(SCT + "?fhir_vs=" + rest);
    }

    @Test
    void implicit_value_sets_of_snomed_ct_are_expanded() {
        assertThat(expanded(get(implicit("isa/" + PNEUMONIA))))
                .containsExactlyInAnyOrder(PNEUMONIA, VIRAL, BACTERIAL);
        assertThat(expanded(get(implicit("refset/" + WATCHED))))
                .containsExactlyInAnyOrder(VIRAL, OLD);
        assertThat(expanded(get(implicit("refset/" + WATCHED) + "&activeOnly=true")))
                .containsExactly(VIRAL);
        assertThat(expanded(get(implicit("ecl/< " + DISEASE + " : " + CAUSE + " = " + VIRUS))))
                .containsExactly(VIRAL);
    }

    @Test
    void what_is_wrong_with_ecl_is_told_with_its_position() {
        assertThat(refused(400, "invalid", get(implicit("ecl/< " + DISEASE + " AND"))))
                .contains("at position 16");
        refused(400, "not-found", get(implicit("ecl/< 73211009")));
        refused(422, "not-found", get(implicit("isa/73211009")));
        refused(400, "not-supported", get(implicit("something")));
    }

    @Test
    void an_expansion_is_filtered_and_paged_and_says_of_what_it_is() {
        var diseases = implicit("isa/" + DISEASE);
        var filtered = good(get(diseases + "&filter=" + encoded("vir pne")));
        var first = good(get(diseases + "&offset=0&count=2"));
        var second = good(get(diseases + "&offset=2&count=2"));

        assertThat(codes(filtered.at("/expansion/contains"))).containsExactly(VIRAL);
        assertThat(filtered.at("/expansion/total").asInt()).isEqualTo(1);
        assertThat(first.at("/expansion/total").asInt()).isEqualTo(6);
        assertThat(codes(first.at("/expansion/contains"))).hasSize(2);
        assertThat(codes(second.at("/expansion/contains")))
                .hasSize(2)
                .doesNotContainAnyElementsOf(codes(first.at("/expansion/contains")));
        assertThat(first.at("/expansion/parameter").toString()).contains(SCT + "|" + VERSION);
        assertThat(good(get(diseases + "&count=0")).at("/expansion/contains").isMissingNode())
                .isTrue();
    }

    @Test
    void a_value_set_that_is_too_large_for_one_answer_is_asked_for_in_pages() {
        var all = "ValueSet/$expand?url=" + encoded(SCT + "?fhir_vs");

        assertThat(refused(422, "too-costly", get(all))).contains("17 codes", "offset and count");
        assertThat(expanded(get(all + "&count=10"))).hasSize(10);
        refused(422, "too-costly", get(all + "&count=11"));
    }

    @Test
    void a_value_set_is_expanded_by_its_id_or_as_it_is_sent() {
        assertThat(expanded(get("ValueSet/reds/$expand"))).containsExactly("red", "crimson", "x");
        var sent =
                post(
                        "ValueSet/$expand?includeDesignations=true",
                        """
                        {"resourceType":"ValueSet","status":"active","compose":{"include":[
                         {"system":"http://example.org/colours","concept":[{"code":"red","display":"Rot"}]},
                         {"valueSet":["http://example.org/vs/reds|1"]}]}}
                        """);
        var contains = good(sent).at("/expansion/contains");
        assertThat(codes(contains)).containsExactly("red", "crimson", "x");
        assertThat(contains.at("/0/display").asString()).isEqualTo("Rot");
        assertThat(contains.at("/0/designation/0/value").asString()).isEqualTo("Coch");
    }

    @Test
    void members_stand_under_what_is_above_them_when_that_is_wanted() {
        var nested =
                good(
                        post(
                                "ValueSet/$expand?excludeNested=false",
                                """
                                {"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":"http://example.org/colours"}]}}
                                """));

        assertThat(codes(nested.at("/expansion/contains"))).containsExactly("any");
        assertThat(nested.at("/expansion/contains/0/abstract").asBoolean()).isTrue();
        assertThat(codes(nested.at("/expansion/contains/0/contains")))
                .containsExactly("red", "blue");
        assertThat(codes(nested.at("/expansion/contains/0/contains/0/contains")))
                .containsExactly("crimson");
    }

    private static HttpResponse<String> composed(String include) {
        return post(
                "ValueSet/$expand",
                "{\"resourceType\":\"ValueSet\",\"status\":\"active\",\"compose\":{\"include\":["
                        + include.replace('\'', '"')
                        + "]}}");
    }

    @Test
    void filters_of_a_composition_select_by_properties_and_patterns() {
        var of =
                "{'system':'http://example.org/colours','filter':[{'property':'%s','op':'%s','value':'%s'}]}";

        assertThat(expanded(composed(of.formatted("warmth", "=", "9")))).containsExactly("red");
        assertThat(expanded(composed(of.formatted("warmth", "exists", "true"))))
                .containsExactly("red", "blue");
        assertThat(expanded(composed(of.formatted("concept", "descendent-of", "red"))))
                .containsExactly("crimson");
        assertThat(expanded(composed(of.formatted("concept", "generalizes", "red"))))
                .containsExactly("any", "red");
        assertThat(expanded(composed(of.formatted("code", "regex", ".*[ue].*"))))
                .containsExactly("red", "blue");
        assertThat(expanded(composed(of.formatted("warmth", "in", "1,9"))))
                .containsExactly("red", "blue");
        refused(422, "not-supported", composed(of.formatted("smell", "=", "9")));
        refused(422, "not-found", composed(of.formatted("concept", "is-a", "green")));
    }

    @Test
    void what_cannot_be_told_is_refused_and_not_left_out() {
        assertThat(refused(422, "not-found", composed("{'system':'http://example.org/unheld'}")))
                .contains("not held here");
        refused(422, "not-found", composed("{'valueSet':['http://example.org/vs/none']}"));
        refused(404, "not-found", get("ValueSet/$expand?url=http://example.org/vs/none"));
        refused(400, "required", get("ValueSet/$expand"));
        refused(400, "value", get("ValueSet/reds/$expand?count=many"));
        wire.keep(
                "ValueSet/round",
                """
                {"resourceType":"ValueSet","id":"round","url":"http://example.org/vs/round","status":"active",
                 "compose":{"include":[{"valueSet":["http://example.org/vs/round"]}]}}
                """);
        assertThat(refused(422, "business-rule", get("ValueSet/round/$expand")))
                .contains("includes itself");
    }

    // $translate

    @Test
    void a_code_is_translated_by_a_map_and_back() {
        var forth =
                good(
                        get(
                                "ConceptMap/$translate?url=http://example.org/map&system=http://example.org/colours&code=red"));
        var back = good(get("ConceptMap/to-sct/$translate?code=r1&reverse=true"));
        var between =
                good(
                        get(
                                "ConceptMap/$translate?source=http://example.org/vs/reds&code=red&targetsystem=http://example.org/paints"));

        assertThat(value(forth, "result")).isEqualTo("true");
        assertThat(forth.toString())
                .contains(
                        "\"equivalence\",\"valueCode\":\"wider\"",
                        "Paint R1",
                        "http://example.org/coat");
        assertThat(back.toString()).contains("\"narrower\"", "\"red\"");
        assertThat(value(between, "result")).isEqualTo("true");
    }

    @Test
    void what_no_map_has_is_not_translated() {
        var blue = good(get("ConceptMap/to-sct/$translate?code=blue"));
        var green = good(get("ConceptMap/to-sct/$translate?code=green"));

        assertThat(value(blue, "result")).isEqualTo("false");
        assertThat(blue.toString()).contains("unmatched");
        assertThat(value(green, "result")).isEqualTo("false");
        refused(
                404,
                "not-found",
                get("ConceptMap/$translate?url=http://example.org/none&code=red"));
        refused(
                404,
                "not-found",
                get("ConceptMap/$translate?source=http://example.org/none&code=red"));
        refused(400, "required", get("ConceptMap/$translate?code=red"));
        refused(400, "required", get("ConceptMap/to-sct/$translate"));
    }

    // All of them

    @Test
    void the_statement_lists_the_operations_and_other_methods_are_refused() {
        var statement = good(get("metadata")).toString();

        for (var name :
                List.of(
                        "CodeSystem-lookup",
                        "CodeSystem-subsumes",
                        "ValueSet-expand",
                        "ConceptMap-translate")) {
            assertThat(statement).contains("http://hl7.org/fhir/OperationDefinition/" + name);
        }
        var put =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/CodeSystem/$lookup")
                                .PUT(BodyPublishers.noBody()));
        refused(405, "not-supported", put);
        assertThat(put.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    }

    @Test
    void they_are_done_in_a_batch_too() {
        var batch =
                post(
                        "",
                        """
                        {"resourceType":"Bundle","type":"batch","entry":[
                         {"request":{"method":"GET","url":"CodeSystem/$lookup?system=http://example.org/colours&code=red"}},
                         {"request":{"method":"POST","url":"ValueSet/reds/$expand"}}]}
                        """);

        assertThat(good(batch).at("/entry/0/resource/parameter/2/valueString").asString())
                .isEqualTo("Red");
        assertThat(codes(Wire.json(batch).at("/entry/1/resource/expansion/contains"))).hasSize(3);
    }

    @Test
    void each_answer_leaves_a_line_in_the_audit_and_nobody_gets_one_without_showing_who_they_are() {
        var token = wire.account("term-clerk", Role.WARD_CLERK, "ZT1");
        var path = "/fhir/CodeSystem/$lookup?system=http://example.org/colours&code=blue";

        assertThat(Wire.send(wire.request(token, path)).statusCode()).isEqualTo(200);
        assertThat(Wire.send(wire.request("none", path)).statusCode()).isEqualTo(401);
        var lines =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                "select count(*) from audit where what = '$lookup' and query like"
                                        + " '%code=blue%'")
                        .query(Long.class)
                        .single();
        assertThat(lines).isPositive();
    }

    // What a search asks

    @Test
    void a_search_is_told_the_codes_of_a_value_set_and_what_is_above_and_below() {
        var sets = server.bean(CodeSets.class);

        assertThat(asked(() -> sets.members("ValueSet/reds", 10)))
                .containsExactly(
                        "http://example.org/colours|red",
                        "http://example.org/colours|crimson",
                        "http://example.org/unheld|x");
        assertThat(asked(() -> sets.members("http://example.org/vs/reds|1", 3))).hasSize(3);
        assertThat(asked(() -> sets.below(new CodeSets.Code(SCT, PNEUMONIA), 10)))
                .containsExactlyInAnyOrder(
                        SCT + "|" + PNEUMONIA, SCT + "|" + VIRAL, SCT + "|" + BACTERIAL);
        assertThat(
                        asked(() ->
                                sets.above(
                                        new CodeSets.Code("http://example.org/colours", "red"),
                                        10)))
                .containsExactlyInAnyOrder(
                        "http://example.org/colours|red", "http://example.org/colours|any");
    }

    @Test
    void a_search_is_refused_what_is_too_much_or_not_held() {
        var sets = server.bean(CodeSets.class);

        for (var question :
                List.<Supplier<List<CodeSets.Code>>>of(
                        () -> sets.members("ValueSet/reds", 2),
                        () -> sets.members("http://example.org/vs/none", 10),
                        () -> sets.below(new CodeSets.Code(SCT, DISEASE), 3),
                        () -> sets.above(new CodeSets.Code(SCT, "1"), 10),
                        () -> sets.below(new CodeSets.Code("http://example.org/none", "1"), 10))) {
            assertThatThrownBy(() -> asked(question)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void a_request_expands_a_value_set_once() {
        var sets = server.bean(CodeSets.class);
        var url = "http://example.org/vs/moods";
        var membership = sets.membership();

        moods("glad");
        assertThat(holds(membership, url, "glad")).contains(true);
        moods("sad");
        assertThat(holds(membership, url, "sad")).contains(false);
        assertThat(holds(membership, url, "glad")).contains(true);
        assertThat(holds(sets.membership(), url, "sad")).contains(true);
        assertThat(holds(sets.membership(), url, "glad")).contains(false);
        assertThat(holds(membership, url + "/none", "glad")).isEmpty();
    }

    private static void moods(String code) {
        var made =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/ValueSet/moods")
                                .header("Content-Type", "application/fhir+json")
                                .PUT(
                                        BodyPublishers.ofString(
                                                """
                                                {"resourceType":"ValueSet","id":"moods","url":"http://example.org/vs/moods","status":"active",
                                                 "compose":{"include":[{"system":"urn:moods","concept":[{"code":"%s"}]}]}}
                                                """
                                                        .formatted(code))));
        assertThat(made.statusCode()).isIn(200, 201);
    }

    private static Optional<Boolean> holds(CodeSets.Membership sets, String url, String code) {
        return Asking.as(
                Caller.system("test"), () -> sets.holds(url, new CodeSets.Code("urn:moods", code)));
    }

    private static List<String> asked(Supplier<List<CodeSets.Code>> question) {
        return Asking.as(Caller.system("test"), question).stream()
                .map(code -> code.system() + "|" + code.code())
                .toList();
    }

    // The command

    private Path changed(Path folder, String from, String to) throws IOException {
        try (var files = Files.list(SNOMED)) {
            for (var file : files.toList()) {
                Files.writeString(
                        folder.resolve(
                                file.getFileName().toString().replace("20260101", "20260201")),
                        Files.readString(file).replace(from, to));
            }
        }
        return folder;
    }

    @Test
    void a_newer_release_counts_at_once_and_the_older_can_still_be_asked(@TempDir Path folder)
            throws Exception {
        try (var own = TestServer.start()) {
            var environment = own.database().environment();
            assertThat(command(environment, "load", "snomed", SNOMED.toString()).code()).isZero();
            assertThat(
                            command(
                                            environment,
                                            "load",
                                            "snomed",
                                            changed(folder, "\tpneumonia\t", "\tchest infection\t")
                                                    .toString())
                                    .code())
                    .isZero();
            var wireOfOwn = new Wire(own);
            var lookup = "/fhir/CodeSystem/$lookup?system=" + SCT + "&code=" + PNEUMONIA;

            assertThat(value(display(wireOfOwn, lookup), "display")).isEqualTo("chest infection");
            assertThat(value(display(wireOfOwn, lookup + "&version=" + VERSION), "display"))
                    .isEqualTo("pneumonia");
            assertThat(command(environment, "list").out())
                    .contains("20260201 SNOMED CT 17 concepts", ", counts");

            var newer = VERSION.replace("20260101", "20260201");
            assertThat(command(environment, "remove", SCT, newer).code()).isZero();
            assertThat(command(environment, "remove", SCT, newer).code()).isEqualTo(1);
            assertThat(command(environment, "list").out())
                    .contains("20260101", ", counts")
                    .doesNotContain("20260201");
        }
    }

    private static ObjectNode display(Wire wire, String path) {
        return good(Wire.send(wire.request(wire.machine(), path)));
    }

    private static Said command(Map<String, String> environment, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console =
                new Console(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        var settings = Settings.read(environment, Trellis.SETTINGS);
        var line = new ArrayList<>(List.of("terminology"));
        line.addAll(List.of(arguments));
        var code =
                new Commands(console, settings, new TerminologyCommand(console, settings))
                        .run(line);
        return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    @Test
    void of_a_release_that_cannot_be_read_nothing_is_stored(@TempDir Path folder)
            throws IOException {
        changed(folder, "\t" + DISEASE + "\t", "\t73211009\t");
        var before = run("terminology", "list").out();

        var said = run("terminology", "load", "snomed", folder.toString());

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err())
                .contains("_20260201.txt line ", "is in no concept file", "Nothing was stored.");
        assertThat(run("terminology", "list").out()).isEqualTo(before);
        assertThat(run("terminology", "load", "loinc", SNOMED.toString()).err())
                .contains("it has no Loinc.csv");
        assertThat(run("terminology", "load", "other", SNOMED.toString()).code()).isEqualTo(2);
        assertThat(run("terminology").code()).isEqualTo(2);
    }
}
