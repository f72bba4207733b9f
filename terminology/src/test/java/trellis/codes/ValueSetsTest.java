package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.PublishedTerminology;

class ValueSetsTest {
    private final Map<String, Release> systems = new HashMap<>();
    private final Map<String, ObjectNode> valueSets = new HashMap<>();
    private final Library library =
            new Library() {
                @Override
                public Optional<Release> codeSystem(String system, String version) {
                    return Optional.ofNullable(systems.get(system + "|" + version));
                }

                @Override
                public Optional<ObjectNode> valueSet(String url, String version) {
                    return Optional.ofNullable(valueSets.get(url));
                }
            };

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }

    private void system(String json) {
        var release = CodeSystems.read(json(json));
        systems.put(release.system() + "|", release);
        systems.put(release.system() + "|" + release.version(), release);
    }

    ValueSetsTest() {
        system(
                """
                {'resourceType':'CodeSystem','url':'letters','version':'1','content':'complete','concept':[
                 {'code':'a','display':'Ay','concept':[{'code':'b','display':'Bee'},{'code':'c','display':'Cee'}]},
                 {'code':'d','display':'Dee','property':[{'code':'inactive','valueBoolean':true}]},
                 {'code':'z','display':'%s'}]}
                """
                        .formatted("a".repeat(60)));
        system(
                "{'resourceType':'CodeSystem','url':'part','content':'fragment','concept':[{'code':'p','display':'Pee'}]}");
    }

    private static String include(String parts) {
        return "{'resourceType':'ValueSet','compose':{'include':[" + parts + "]}}";
    }

    private List<String> codes(String json) {
        var selection = ValueSets.select(json(json), library);
        var codes = new ArrayList<String>();
        selection.page(0, 100).forEach(member -> codes.add(member.code()));
        assertThat(codes).hasSize(selection.size());
        return codes;
    }

    private void refused(String code, String json) {
        assertThatThrownBy(() -> codes(json))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.problem()).isInstanceOf(Problem.Invalid.class);
                            if (refused.problem() instanceof Problem.Invalid(var issues)) {
                                assertThat(issues.getFirst().code()).isEqualTo(code);
                            }
                        });
    }

    @Test
    void of_several_value_sets_together_each_code_counts_once_and_with_a_system_they_cut() {
        valueSets.put(
                "ab", json(include("{'system':'letters','concept':[{'code':'b'},{'code':'a'}]}")));
        valueSets.put(
                "bc", json(include("{'system':'letters','concept':[{'code':'b'},{'code':'c'}]}")));

        assertThat(codes(include("{'valueSet':['ab','bc']}"))).containsExactly("b", "a", "c");
        assertThat(codes(include("{'system':'letters','valueSet':['ab']}")))
                .containsExactly("a", "b");
        assertThat(
                        codes(
                                include(
                                        "{'valueSet':['ab']},{'system':'letters','concept':[{'code':'d'}]}")))
                .containsExactly("b", "a", "d");
    }

    @Test
    void what_is_excluded_or_inactive_is_not_there() {
        var all = "{'resourceType':'ValueSet','compose':{'include':[{'system':'letters'}]%s}}";

        assertThat(
                        codes(
                                all.formatted(
                                        ",'exclude':[{'system':'letters','concept':[{'code':'a'}]}]")))
                .containsExactly("b", "c", "d", "z");
        assertThat(
                        codes(
                                all.replace("[{'system'", "[{'system'")
                                        .formatted("")
                                        .replace("'include'", "'inactive':false,'include'")))
                .containsExactly("a", "b", "c", "z");
    }

    @Test
    void a_code_that_the_whole_system_does_not_have_is_none() {
        assertThat(codes(include("{'system':'letters','concept':[{'code':'b'},{'code':'gone'}]}")))
                .containsExactly("b");
        assertThat(codes(include("{'system':'part','concept':[{'code':'p'},{'code':'q'}]}")))
                .as("of a system of which only a part is held, what is listed counts")
                .containsExactly("p", "q");
        refused("not-found", include("{'system':'part'}"));
        refused("not-found", include("{'system':'letters','version':'9'}"));
        refused("required", "{'resourceType':'ValueSet'}");
    }

    @Test
    void a_value_set_that_is_only_expanded_is_what_it_lists() {
        var expanded =
                """
                {'resourceType':'ValueSet','expansion':{'contains':[{'system':'letters','code':'a','contains':[
                 {'system':'letters','code':'c'}]},{'system':'far','code':'f','display':'Eff'},{'system':'letters','code':'b','abstract':true}]}}
                """;

        assertThat(codes(expanded)).containsExactly("a", "c", "f");
    }

    @Test
    void a_pattern_that_would_never_end_is_refused() {
        var filter =
                "{'system':'letters','filter':[{'property':'display','op':'regex','value':'%s'}]}";

        assertThat(codes(include(filter.formatted("[BC]ee")))).containsExactly("b", "c");
        refused("too-costly", include(filter.formatted("a*a*a*a*a*a*a*a*b")));
        refused("not-supported", include(filter.formatted("(")));
    }

    @Test
    void the_work_of_all_expressions_and_patterns_of_a_value_set_is_counted_together() {
        var many = new ReleaseBuilder();
        for (var i = 0; i < 100_000; i++) {
            many.concept(Long.toString(SctIds.of(1_000_000 + i)));
            if (i > 0) {
                many.parent(i, 0);
            }
        }
        var wide = many.build(new Release.About(ReleaseBuilder.SNOMED, "", "", true, true));
        systems.put(ReleaseBuilder.SNOMED + "|", wide);
        var all = "<<" + SctIds.of(1_000_000);
        var ecl =
                "{'system':'%s','filter':[{'property':'constraint','op':'=','value':'%s'}]}"
                        .formatted(
                                ReleaseBuilder.SNOMED,
                                String.join(" OR ", java.util.Collections.nCopies(200, all)));
        assertThat(ValueSets.select(json(include(ecl)), library).size()).isEqualTo(100_000);
        var often = json(include(String.join(",", ecl, ecl, ecl, ecl)));
        assertThatThrownBy(() -> ValueSets.select(often, library))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(((Problem.BadRequest) refused.problem()).code())
                                        .isEqualTo("too-costly"));
    }

    @Test
    void value_sets_published_with_r4_are_expanded_by_their_filters_too() {
        var published = PublishedTerminology.r4();
        var r4 =
                new Library() {
                    @Override
                    public Optional<Release> codeSystem(String system, String version) {
                        return published.find("CodeSystem", system).map(CodeSystems::read);
                    }

                    @Override
                    public Optional<ObjectNode> valueSet(String url, String version) {
                        return published.find("ValueSet", url);
                    }
                };
        var encounters =
                published
                        .find("ValueSet", "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode")
                        .orElseThrow();

        var selection = ValueSets.select(encounters, r4);

        assertThat(selection.member("http://terminology.hl7.org/CodeSystem/v3-ActCode", "", "AMB"))
                .isPresent();
        assertThat(selection.size()).isBetween(5, 30);
    }

    @Test
    void a_hierarchy_that_goes_in_a_circle_is_still_walked_to_an_end() {
        system(
                """
                {'resourceType':'CodeSystem','url':'round','content':'complete','concept':[
                 {'code':'x','property':[{'code':'parent','valueCode':'y'}]},{'code':'y','property':[{'code':'parent','valueCode':'x'}]}]}
                """);

        assertThat(
                        codes(
                                include(
                                        "{'system':'round','filter':[{'property':'concept','op':'is-a','value':'x'}]}")))
                .containsExactly("x", "y");
        assertThat(Optional.ofNullable(systems.get("round|")).orElseThrow().above(0, 1)).isTrue();
        var nested =
                Expansion.of(
                        json(include("{'system':'round'}")),
                        library,
                        new Expansion.Wanted(
                                "", 0, Optional.empty(), false, false, "", true, false),
                        10,
                        java.time.Instant.EPOCH);
        assertThat(nested.at("/expansion/contains/0/code").asString()).isEqualTo("y");
    }

    @Test
    void a_code_twice_in_one_system_is_taken_once_and_a_supplement_is_refused() {
        system(
                "{'resourceType':'CodeSystem','url':'twice','content':'complete','concept':[{'code':'a','concept':[{'code':'c'}]},{'code':'b','concept':[{'code':'c'}]}]}");
        var twice = Optional.ofNullable(systems.get("twice|")).orElseThrow();

        assertThat(twice.size()).isEqualTo(3);
        assertThat(twice.parents(twice.find("c"))).hasSize(2);
        assertThatThrownBy(() ->
                        CodeSystems.read(
                                json("{'resourceType':'CodeSystem','content':'supplement'}")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void codes_of_a_system_without_case_are_found_in_any() {
        var release =
                CodeSystems.read(
                        json(
                                "{'resourceType':'CodeSystem','url':'soft','content':'complete','caseSensitive':false,'concept':[{'code':'Ab'}]}"));

        assertThat(release.find("aB")).isZero();
        assertThat(release.find("abc")).isEqualTo(-1);
    }
}
