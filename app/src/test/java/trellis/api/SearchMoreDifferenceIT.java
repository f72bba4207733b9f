package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Catalogue;
import trellis.store.Change;
import trellis.store.Foreground;
import trellis.store.Learning;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.Reindexing;
import trellis.store.TestDatabase;
import trellis.store.TextSettings;
import trellis.store.Write;

/// Random searches by lists, words, parameters of one's own, hierarchies of codes and of places, asked of PostgreSQL and of a naive
/// reading of the JSON: the same resources in the same order.
class SearchMoreDifferenceIT {
    private static final String SYSTEM = "urn:codes";
    private static final int CODES = 24;
    private static final int PLACES = 40;
    private static final List<String> WORDS =
            List.of("alder", "birch", "cedar", "dogwood", "elder", "fir");

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Catalogue CATALOGUE = new Catalogue(new TextSettings(Set.of("Condition")));
    private static final Preparation PREPARATION = new Preparation(CATALOGUE);
    private static final SearchParser PARSER =
            new SearchParser(
                    Clock.systemUTC(),
                    new SearchCursors(new SecretKeySpec(new byte[32], "AES")),
                    () -> Optional.of(new Codes()),
                    CATALOGUE);

    /// All resources in the order of their creation.
    private static final List<ObjectNode> ALL = new ArrayList<>();

    private static PostgresStore store;

    /// Codes c0 to c23: c1 to c3 below c0, c4 to c6 below c1 and so on; each fifth below c2 as well.
    private static final class Codes implements CodeSets {
        @Override
        public List<Loaded> loaded() {
            return List.of();
        }

        @Override
        public List<Code> members(String valueSet, int most) {
            var every = Integer.parseInt(valueSet.substring("urn:every:".length()));
            return codes(code -> code % every == 0);
        }

        @Override
        public Membership membership() {
            return (_, _) -> Optional.empty();
        }

        @Override
        public Optional<Boolean> subsumes(Code general, Code special) {
            return Optional.empty();
        }

        @Override
        public List<Code> below(Code code, int most) {
            return codes(other -> isBelow(other, number(code.code())));
        }

        @Override
        public List<Code> above(Code code, int most) {
            return codes(other -> isBelow(number(code.code()), other));
        }

        private static List<Code> codes(Predicate<Integer> some) {
            var codes = new ArrayList<Code>();
            for (var i = 0; i < CODES; i++) {
                if (some.test(i)) {
                    codes.add(new Code(SYSTEM, "c" + i));
                }
            }
            return codes;
        }
    }

    private static int number(String code) {
        return Integer.parseInt(code.substring(1));
    }

    private static boolean isBelow(int special, int general) {
        return special == general
                || (special > 0 && isBelow((special - 1) / 3, general))
                || (special > 9 && special % 5 == 0 && isBelow(2, general));
    }

    @BeforeAll
    static void fill() {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        put(
                List.of(
                        own("remark", "string", "Condition.note.text"),
                        own("mood", "token", "Condition.stage.summary")));
        try (var learning = new Learning(store, DATABASE.dataSource(), CATALOGUE);
                var reindexing =
                        new Reindexing(
                                learning, DATABASE.dataSource(), PREPARATION, new Foreground(20))) {
            var random = new Random(11);
            var some = world(random);
            // Some before and some after the definitions are known.
            put(some.subList(0, some.size() / 2));
            learning.begin();
            reindexing.begin();
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            CATALOGUE.searchable().find("Condition", "remark").isPresent()
                                    && CATALOGUE.searchable().find("Condition", "mood").isPresent()
                                    && CATALOGUE.isComplete()
                                    && CATALOGUE.pending("Condition", "_content").isEmpty());
            put(some.subList(some.size() / 2, some.size()));
        }
    }

    private static ObjectNode own(String code, String type, String expression) {
        return json(
                "{'resourceType':'SearchParameter','id':'%s','url':'urn:%s','name':'x','status':'active','description':'x','code':'%s','base':['Condition'],'type':'%s','expression':'%s'}"
                        .formatted(code, code, code, type, expression));
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }

    private static List<ObjectNode> world(Random random) {
        var all = new ArrayList<ObjectNode>();
        for (var i = 0; i < PLACES; i++) {
            var part =
                    random.nextInt(5) == 0
                            ? ""
                            : ",'partOf':{'reference':'Location/p%d'}"
                                    .formatted(random.nextInt(PLACES));
            all.add(json("{'resourceType':'Location','id':'p%d'%s}".formatted(i, part)));
        }
        for (var i = 0; i < 120; i++) {
            all.add(
                    json(
                            "{'resourceType':'Encounter','id':'e%d','location':[{'location':{'reference':'Location/p%d'}},{'location':{'reference':'Location/p%d'}}]}"
                                    .formatted(i, random.nextInt(PLACES), random.nextInt(PLACES))));
        }
        for (var i = 0; i < 200; i++) {
            all.add(
                    json(
                            "{'resourceType':'Condition','id':'k%d','text':{'status':'generated','div':'<div><p>%s</p></div>'},'code':{'coding':[{'system':'%s','code':'c%d'}]},'note':[{'text':'%s'}],'stage':[{'summary':{'coding':[{'system':'urn:m','code':'m%d'}]}}]}"
                                    .formatted(
                                            i,
                                            words(random),
                                            random.nextInt(8) == 0 ? "urn:other" : SYSTEM,
                                            random.nextInt(CODES),
                                            words(random),
                                            random.nextInt(5))));
        }
        for (var i = 0; i < 20; i++) {
            var items = new ArrayList<String>();
            for (var j = random.nextInt(12); j > 0; j--) {
                items.add("{'item':{'reference':'Condition/k%d'}}".formatted(random.nextInt(220)));
            }
            all.add(
                    json(
                            "{'resourceType':'List','id':'l%d'%s}"
                                    .formatted(
                                            i,
                                            items.isEmpty()
                                                    ? ""
                                                    : ",'entry':["
                                                            + String.join(",", items)
                                                            + "]")));
        }
        return all;
    }

    private static String words(Random random) {
        var words = new ArrayList<String>();
        for (var i = 1 + random.nextInt(4); i > 0; i--) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words);
    }

    private static void put(List<ObjectNode> resources) {
        store.write(
                Write.unchecked(
                        resources.stream()
                                .map(json ->
                                        (Change)
                                                Change.Put.of(
                                                        PREPARATION.prepare(Resource.of(json))))
                                .toList()));
        ALL.addAll(resources);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    /// A parameter and what it means for a resource.
    private record Question(Parameter parameter, Predicate<JsonNode> holds) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_searches_find_exactly_what_a_reading_of_the_json_says(long seed) {
        var random = new Random(seed);
        for (var asked = 0; asked < 120; asked++) {
            var type =
                    List.of("Condition", "Condition", "Encounter", "Location")
                            .get(random.nextInt(4));
            var questions = new ArrayList<Question>();
            for (var i = 1 + random.nextInt(2); i > 0; i--) {
                questions.add(type.equals("Condition") ? condition(random) : place(type, random));
            }
            var parameters = new ArrayList<Parameter>();
            questions.forEach(question -> parameters.add(question.parameter()));
            parameters.add(new Parameter("_count", String.valueOf(5 + random.nextInt(200))));
            var expected =
                    ALL.reversed().stream()
                            .filter(one -> one.path("resourceType").asString("").equals(type))
                            .filter(one -> questions.stream().allMatch(q -> q.holds().test(one)))
                            .map(one -> one.path("id").asString(""))
                            .toList();
            assertThat(found(type, parameters)).as(type + "?" + parameters).isEqualTo(expected);
        }
    }

    private static List<String> found(String type, List<Parameter> parameters) {
        var found = new ArrayList<String>();
        var place = SearchPlace.of(type);
        var lookups = SearchLookups.by(store::search);
        var request = PARSER.parse(place, _ -> true, lookups, parameters, "", false);
        for (var page = store.search(request.query()); ; ) {
            page.matches().forEach(match -> found.add(match.id()));
            if (page.next().isEmpty()) {
                return found;
            }
            var next = PARSER.next(place, request, page.next().get());
            request = PARSER.parse(place, _ -> true, lookups, next, "", false);
            page = store.search(request.query());
        }
    }

    private static Question condition(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> coded(random);
            case 1 -> listed(random);
            case 2 -> worded("_text", random, SearchMoreDifferenceIT::narrative);
            case 3 ->
                    worded(
                            "_content",
                            random,
                            json -> narrative(json) + " " + json.at("/note/0/text").asString(""));
            case 4 -> remark(random);
            default -> {
                var mood = "m" + random.nextInt(6);
                yield new Question(
                        new Parameter("mood", mood),
                        json ->
                                json.at("/stage/0/summary/coding/0/code")
                                        .asString("")
                                        .equals(mood));
            }
        };
    }

    private static Question coded(Random random) {
        var code = random.nextInt(CODES);
        var every = 2 + random.nextInt(6);
        return switch (random.nextInt(4)) {
            case 0 -> coded("code:in", "urn:every:" + every, one -> one % every == 0);
            case 1 -> {
                var in = coded("code:in", "urn:every:" + every, one -> one % every == 0);
                yield new Question(
                        new Parameter("code:not-in", "urn:every:" + every), in.holds().negate());
            }
            case 2 -> coded("code:below", SYSTEM + "|c" + code, one -> isBelow(one, code));
            default -> coded("code:above", SYSTEM + "|c" + code, one -> isBelow(code, one));
        };
    }

    private static Question coded(String name, String value, Predicate<Integer> holds) {
        return new Question(
                new Parameter(name, value),
                json -> {
                    var coding = json.at("/code/coding/0");
                    return coding.path("system").asString("").equals(SYSTEM)
                            && holds.test(number(coding.path("code").asString("")));
                });
    }

    private static Question listed(Random random) {
        var lists = new HashSet<String>();
        lists.add("l" + random.nextInt(22));
        lists.add("l" + random.nextInt(22));
        return new Question(
                new Parameter("_list", String.join(",", lists)),
                json ->
                        ALL.stream()
                                .filter(one -> one.path("resourceType").asString("").equals("List"))
                                .filter(one -> lists.contains(one.path("id").asString("")))
                                .anyMatch(list ->
                                        references(list.path("entry"), "item")
                                                .contains(
                                                        "Condition/"
                                                                + json.path("id").asString(""))));
    }

    private static Set<String> references(JsonNode some, String name) {
        var all = new HashSet<String>();
        some.forEach(one -> all.add(one.path(name).path("reference").asString("")));
        return all;
    }

    private static String narrative(JsonNode json) {
        return json.at("/text/div").asString("").replaceAll("<[^>]*>", " ").strip();
    }

    private static Question worded(
            String name, Random random, java.util.function.Function<JsonNode, String> text) {
        var one = WORDS.get(random.nextInt(WORDS.size()));
        var other = WORDS.get(random.nextInt(WORDS.size()));
        BiPredicate<Set<String>, String> has = Set::contains;
        return switch (random.nextInt(name.equals("_text") ? 4 : 3)) {
            case 0 ->
                    words(
                            name,
                            one + " " + other,
                            text,
                            w -> has.test(w, one) && has.test(w, other));
            case 1 ->
                    words(
                            name,
                            one.toUpperCase(java.util.Locale.ROOT) + " or " + other,
                            text,
                            w -> has.test(w, one) || has.test(w, other));
            case 2 ->
                    words(
                            name,
                            one + " -" + other,
                            text,
                            w -> has.test(w, one) && !has.test(w, other));
            default ->
                    new Question(
                            new Parameter(name, "\"" + one + " " + other + "\""),
                            json ->
                                    (" " + text.apply(json) + " ")
                                            .contains(" " + one + " " + other + " "));
        };
    }

    private static Question words(
            String name,
            String sought,
            java.util.function.Function<JsonNode, String> text,
            Predicate<Set<String>> holds) {
        return new Question(
                new Parameter(name, sought),
                json -> holds.test(new HashSet<>(Arrays.asList(text.apply(json).split(" +")))));
    }

    private static Question remark(Random random) {
        var word = words(random);
        var part = word.substring(0, 1 + random.nextInt(word.length()));
        Predicate<JsonNode> contains =
                json -> json.at("/note/0/text").asString("").contains(part.strip());
        return random.nextBoolean()
                ? new Question(new Parameter("remark:contains", part), contains)
                : new Question(
                        new Parameter("remark", part),
                        json -> json.at("/note/0/text").asString("").startsWith(part.strip()));
    }

    private static Question place(String type, Random random) {
        var down = random.nextBoolean();
        var start = "p" + random.nextInt(PLACES + 2);
        var reached = reached(start, down);
        var value = random.nextBoolean() ? start : "Location/" + start;
        var modifier = down ? ":below" : ":above";
        return type.equals("Encounter")
                ? new Question(
                        new Parameter("location" + modifier, value),
                        json ->
                                references(json.path("location"), "location").stream()
                                        .anyMatch(reached::contains))
                : new Question(
                        new Parameter("partof" + modifier, value),
                        json -> reached.contains(json.at("/partOf/reference").asString("")));
    }

    /// References to a place and to all below or above it.
    private static Set<String> reached(String start, boolean down) {
        var reached = new LinkedHashSet<>(Set.of("Location/" + start));
        for (var before = 0; before < reached.size(); ) {
            before = reached.size();
            for (var one : ALL) {
                var self = "Location/" + one.path("id").asString("");
                var whole = one.at("/partOf/reference").asString("");
                if (!whole.isEmpty()) {
                    if (down && reached.contains(whole)) {
                        reached.add(self);
                    } else if (!down && reached.contains(self)) {
                        reached.add(whole);
                    }
                }
            }
        }
        return reached;
    }
}
