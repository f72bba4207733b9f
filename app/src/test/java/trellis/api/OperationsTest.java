package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class OperationsTest {
    private static final Operation ECHO =
            new Echo(
                    Operation.Signature.looking(
                            "echo",
                            "http://example.org/OperationDefinition/echo",
                            Set.of("Patient"),
                            Operation.Level.SYSTEM,
                            Operation.Level.INSTANCE));
    private static final Operation CHANGE =
            new Echo(
                    Operation.Signature.changing(
                            "change",
                            "http://example.org/OperationDefinition/change",
                            Set.of(),
                            Operation.Level.TYPE));

    /// Answers with what it was called with.
    private record Echo(Signature signature) implements Operation {

        @Override
        public OperationAnswer answer(OperationRequest request) {
            return OperationAnswer.of(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("level", request.level().name())
                            .put("type", request.type())
                            .put("id", request.id())
                            .put("code", request.arguments().text("code").orElse("")));
        }
    }

    private static Operations operations(Operation... all) {
        var beans = new LinkedHashMap<String, Object>();
        for (var i = 0; i < all.length; i++) {
            beans.put("operation" + i, all[i]);
        }
        return new Operations(
                new StaticListableBeanFactory(beans).getBeanProvider(Operation.class));
    }

    private static Map<Verb, Interaction> at(String... path) {
        return operations(ECHO, CHANGE).at(List.of(path), _ -> Trail.NONE);
    }

    private static FhirRequest request(Verb verb, String query, Body body, String... path) {
        var parameters = Parameter.parse(query);
        return new FhirRequest(
                Caller.system("test"),
                AuditEntry.Source.HERE,
                verb,
                "http://localhost/fhir",
                List.of(path),
                parameters,
                Preconditions.NONE,
                Preferences.of(List.of(), parameters, Preferences.Returned.REPRESENTATION),
                body);
    }

    private static Answer call(Verb verb, String query, Body body, String... path) {
        var interaction = Optional.ofNullable(at(path).get(verb)).orElseThrow();
        return interaction.answer(request(verb, query, body, path));
    }

    private static Body content(String json) {
        return () -> Json.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Arguments arguments(String json) {
        return Arguments.of(List.of(), Optional.of(content(json).resource()), "resource");
    }

    @Test
    void an_operation_is_done_where_it_says_and_by_the_verbs_it_allows() {
        assertThat(at("$echo").keySet()).isEqualTo(EnumSet.of(Verb.GET, Verb.HEAD, Verb.POST));
        assertThat(at("Patient", "1", "$echo")).isNotEmpty();
        assertThat(at("Condition", "$change").keySet()).isEqualTo(EnumSet.of(Verb.POST));
    }

    @Test
    void elsewhere_it_is_not_found_and_told_where_it_is() {
        assertThat(refused(() -> at("Patient", "$echo")).problem())
                .isEqualTo(
                        new Problem.NotFound(
                                "The operation $echo at this address (it is done at $echo,"
                                        + " Patient/[id]/$echo)"));
        assertThat(refused(() -> at("Condition", "1", "$echo")).problem())
                .isInstanceOf(Problem.NotFound.class);
        assertThat(refused(() -> at("AuditEvent", "$change")).problem())
                .isInstanceOf(Problem.NotFound.class);
        assertThat(refused(() -> at("$unknown")).problem())
                .isEqualTo(new Problem.NotFound("The operation \"$unknown\""));
    }

    private static Refused refused(ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(Refused.class, call);
    }

    @Test
    void it_is_told_the_address_and_the_parameters_of_the_query_or_the_content() {
        var asked = call(Verb.GET, "code=a%20b&_format=json", Body.NONE, "Patient", "1", "$echo");
        var sent =
                call(
                        Verb.POST,
                        "",
                        content(
                                "{'resourceType':'Parameters','parameter':[{'name':'code','valueCode':'c'}]}"),
                        "$echo");

        assertThat(text(asked))
                .isEqualTo(
                        "{\"level\":\"INSTANCE\",\"type\":\"Patient\",\"id\":\"1\",\"code\":\"a b\"}");
        assertThat(text(sent)).contains("\"level\":\"SYSTEM\"", "\"code\":\"c\"");
        assertThat(text(call(Verb.POST, "code=q", Body.NONE, "$echo"))).contains("\"code\":\"q\"");
    }

    private static String text(Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    @Test
    void what_shows_nothing_of_a_record_leaves_one_line_in_the_audit_all_the_same() {
        var line = call(Verb.GET, "code=x", Body.NONE, "Patient", "1", "$echo").touched();

        assertThat(line)
                .containsExactly(
                        new Touched(
                                AuditEntry.Action.EXECUTE,
                                "$echo",
                                new AuditEntry.Target("Patient", "1", 0, "code=x"),
                                Set.of(),
                                200));
    }

    @Test
    void two_operations_at_one_address_stop_the_start() {
        assertThatThrownBy(() -> operations(ECHO, ECHO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Two operations are done at ");
    }

    @Test
    void the_statement_lists_them_where_they_are_done() {
        var type = JsonNodeFactory.instance.objectNode();
        var system = JsonNodeFactory.instance.objectNode();

        operations(ECHO, CHANGE).describe("Patient", type);
        operations(ECHO, CHANGE).describeSystem(system);

        assertThat(type.at("/operation/0/name").asString()).isEqualTo("change");
        assertThat(type.at("/operation/1/definition").asString())
                .isEqualTo("http://example.org/OperationDefinition/echo");
        assertThat(system.at("/operation").size()).isEqualTo(1);
    }

    @Test
    void values_of_the_wrong_type_are_refused_with_the_name_of_their_parameter() {
        var sent =
                arguments(
                        "{'resourceType':'Parameters','parameter':[{'name':'n','valueString':'x'},{'name':'c','valueCoding':{'code':'1'}},"
                                + "{'name':'r','resource':{'resourceType':'ValueSet'}},{'name':'p','part':[{'name':'q','valueCode':'z'}]}]}");

        assertThat(sent.value("c", "Coding").orElseThrow().path("code").asString()).isEqualTo("1");
        assertThat(sent.resource("r")).isPresent();
        assertThat(sent.parts("p").getFirst().text("q")).contains("z");
        for (var call :
                List.<ThrowableAssert.ThrowingCallable>of(
                        () -> sent.flag("n", true),
                        () -> sent.value("n", "Coding"),
                        () -> sent.resource("n"),
                        () -> sent.text("c"))) {
            assertThat(refused(call).problem()).isInstanceOf(Problem.BadRequest.class);
        }
        assertThatThrownBy(() -> sent.number("n"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        e ->
                                assertThat(e.problem())
                                        .isEqualTo(
                                                new Problem.BadRequest(
                                                        "value",
                                                        "The parameter n is a whole number from 0"
                                                                + " up.",
                                                        "n")));
    }

    @Test
    void a_resource_by_itself_is_the_parameter_that_the_operation_names() {
        var sent =
                Arguments.of(
                        List.of(),
                        Optional.of(content("{'resourceType':'ValueSet'}").resource()),
                        "valueSet");

        assertThat(sent.resource("valueSet")).isPresent();
        assertThat(sent.has("resource")).isFalse();
    }

    @Test
    void each_part_of_a_streamed_bundle_is_in_the_audit_before_it_is_sent() throws Exception {
        var out = new ByteArrayOutputStream();
        var sentBefore = new ArrayList<Integer>();
        var bundle =
                new OperationAnswer.Parts(
                        BundleBytes.heading("searchset"), Stream.of(part("1"), part("2")));

        new BundleStream(bundle, Format.JSON, _ -> sentBefore.add(out.size())).send(out);

        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"fullUrl\":\"1\",\"resource\":{}},"
                                + "{\"fullUrl\":\"2\",\"resource\":{}}]}");
        assertThat(sentBefore.getFirst()).isZero();
        assertThat(sentBefore).hasSize(2);
    }

    @Test
    void a_stream_that_breaks_ends_in_an_exception_and_not_in_a_whole_bundle() {
        var out = new ByteArrayOutputStream();
        var bundle =
                new OperationAnswer.Parts(
                        BundleBytes.heading("searchset"),
                        Stream.of("1", "2").map(OperationsTest::failingAtTwo));

        assertThatThrownBy(() -> new BundleStream(bundle, Format.JSON, _ -> {}).send(out))
                .isInstanceOf(IOException.class);
        assertThat(out.toString(UTF_8)).endsWith("\"resource\":{}}");
    }

    private static OperationAnswer.Part failingAtTwo(String id) {
        if (id.equals("2")) {
            throw new IllegalStateException("broken");
        }
        return part(id);
    }

    private static OperationAnswer.Part part(String id) {
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        return new OperationAnswer.Part(
                List.of(new OperationAnswer.Entry(id, "{}".getBytes(UTF_8), rest)), List.of());
    }
}
