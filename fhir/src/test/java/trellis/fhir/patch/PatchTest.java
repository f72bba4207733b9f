package trellis.fhir.patch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class PatchTest {
    private static final String PATIENT =
            "{'resourceType':'Patient','id':'p','active':true,'deceasedBoolean':false,"
                    + "'name':[{'family':'F','given':['A','B'],'_given':[null,{'id':'i'}]}],"
                    + "'contact':[{'gender':'male'}],'birthDate':'1970-01-01'}";

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }

    private static JsonPatch jsonPatch(String operations) {
        return JsonPatch.of((ArrayNode) json("{'p':[" + operations + "]}").path("p"));
    }

    private static FhirPathPatch fhirPatch(String... operations) {
        var parameters =
                List.of(operations).stream()
                        .map(parts -> "{'name':'operation','part':[" + parts + "]}")
                        .collect(
                                Collectors.joining(
                                        ",", "{'resourceType':'Parameters','parameter':[", "]}"));
        return FhirPathPatch.of(json(parameters), Clock.systemUTC());
    }

    private static String operation(String type, String path, String rest) {
        return "{'name':'type','valueCode':'"
                + type
                + "'},{'name':'path','valueString':'"
                + path
                + "'}"
                + (rest.isEmpty() ? "" : "," + rest);
    }

    private static String text(ObjectNode content) {
        return new String(Json.write(content), UTF_8).replace('"', '\'');
    }

    private static Issue issue(Runnable work) {
        var problem = catchThrowableOfType(Refused.class, work::run).problem();
        return switch (problem) {
            case Problem.Invalid(var issues) -> issues.getFirst();
            case Problem.BadRequest(var code, var why, var where) -> Issue.error(code, why, where);
            default -> throw new AssertionError(problem);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'op':'add','path':'/x/y','value':1}; processing; Operation 0 of the JSON Patch (add at /x/y) cannot be done: there is nothing at /x.
                    {'op':'add','path':'/name/2','value':1}; processing; Operation 0 of the JSON Patch (add at /name/2) cannot be done: the array at /name has 1 items.
                    {'op':'add','path':'/id/a','value':1}; processing; Operation 0 of the JSON Patch (add at /id/a) cannot be done: /id holds no other values.
                    {'op':'test','path':'/active','value':true},{'op':'remove','path':'/name/01'}; processing; Operation 1 of the JSON Patch (remove at /name/01) cannot be done: there is nothing at /name/01.
                    {'op':'test','path':'/id','value':'q'}; processing; Operation 0 of the JSON Patch (test at /id) cannot be done: the value there is another one.
                    {'op':'test','path':'/id','value':1}; processing; Operation 0 of the JSON Patch (test at /id) cannot be done: the value there is no number.
                    {'op':'move','from':'/name','path':'/name/0/x'}; processing; Operation 0 of the JSON Patch (move at /name/0/x) cannot be done: nothing can be moved into itself.
                    {'op':'remove','path':''}; processing; Operation 0 of the JSON Patch (remove at the root) cannot be done: a resource is ended with DELETE.
                    {'op':'replace','path':'','value':3}; processing; The JSON Patch leaves no JSON object.
                    {'op':'erase','path':'/id'}; structure; Operation 0 of the JSON Patch needs an op: add, remove, replace, move, copy or test.
                    {'op':'add','path':'id','value':1}; structure; Operation 0 of the JSON Patch needs a path that is a JSON Pointer, such as /name/0/family.
                    {'op':'add','path':'/a~2','value':1}; structure; Operation 0 of the JSON Patch needs a path that is a JSON Pointer, such as /name/0/family.
                    {'op':'copy','path':'/id'}; structure; Operation 0 of the JSON Patch needs a from that is a JSON Pointer, such as /name/0/family.
                    {'op':'add','path':'/id'}; structure; Operation 0 of the JSON Patch needs a value.
                    """)
    void a_json_patch_that_cannot_be_done_names_the_operation(
            String operations, String code, String why) {
        var issue = issue(() -> jsonPatch(operations).applied(json(PATIENT)));
        assertThat(issue.code()).isEqualTo(code);
        assertThat(issue.diagnostics()).isEqualTo(why);
    }

    @Test
    void a_json_patch_leaves_what_it_was_given_as_it_was() {
        var before = json(PATIENT);
        jsonPatch(
                        "{'op':'copy','from':'/name/0','path':'/name/-'},{'op':'replace','path':'/name/1/family','value':'G'},"
                                + "{'op':'test','path':'/name/0/family','value':'F'},{'op':'remove','path':'/active'}")
                .applied(before);
        assertThat(before).isEqualTo(json(PATIENT));
    }

    @Test
    void copies_of_copies_end_before_the_memory_does() {
        var doubling =
                IntStream.range(0, 40)
                        .mapToObj(i -> "{'op':'copy','from':'','path':'/x" + i + "'}")
                        .collect(Collectors.joining(","));
        assertThat(issue(() -> jsonPatch(doubling).applied(json(PATIENT))).diagnostics())
                .contains("more than 500000 values");
        var deeper =
                IntStream.range(0, 8)
                        .mapToObj(
                                i -> "{'op':'copy','from':'','path':'" + "/x".repeat(1 << i) + "'}")
                        .collect(Collectors.joining(","));
        assertThat(issue(() -> jsonPatch(deeper).applied(json("{'a':1}"))).diagnostics())
                .contains("more than 200 levels");
    }

    @Test
    void what_a_patch_has_emptied_is_taken_away() {
        var emptied =
                jsonPatch("{'op':'remove','path':'/contact/0/gender'}").applied(json(PATIENT));
        assertThat(Pruning.pruned(emptied).has("contact")).isFalse();
        assertThat(emptied.at("/name/0/_given/0").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    add; Patient.foo; {'name':'name','valueString':'x'},{'name':'value','valueString':'y'}; invalid; FHIRPath: there is no element foo in Patient, in: Patient.foo
                    add; Patient; {'name':'name','valueString':'x'},{'name':'value','valueString':'y'}; processing; Operation 0 of the patch (add at Patient) cannot be done: there is no element x in Patient.
                    add; Patient; {'name':'name','valueString':'birthDate'},{'name':'value','valueDate':'1970'}; processing; Operation 0 of the patch (add at Patient) cannot be done: there is a birthDate already, which replace can change.
                    add; Patient.photo; {'name':'name','valueString':'url'},{'name':'value','valueUrl':'u'}; processing; Operation 0 of the patch (add at Patient.photo) cannot be done: there is nothing at the path.
                    add; Patient; {'name':'name','valueString':'deceased'},{'name':'value','valueString':'y'}; processing; Operation 0 of the patch (add at Patient) cannot be done: there is a deceased already, which replace can change.
                    replace; Patient.deceased; {'name':'value','valueString':'y'}; structure; The element deceased[x] holds no String.
                    replace; Patient.name[0]; {'name':'value','valueString':'y'}; structure; The value is not of the type of the element name.
                    replace; Patient.gender; {'name':'value','valueCode':'male'}; processing; Operation 0 of the patch (replace at Patient.gender) cannot be done: there is nothing at the path.
                    replace; Patient.name.given; {'name':'value','valueString':'y'}; processing; Operation 0 of the patch (replace at Patient.name.given) cannot be done: the path leads to 2 elements, and must lead to one.
                    replace; 'x'; {'name':'value','valueString':'y'}; structure; The operation needs the part path, a string.
                    delete; 1 + 1; ; processing; Operation 0 of the patch (delete at 1 + 1) cannot be done: the path must lead to an element of the resource.
                    delete; Patient; ; processing; Operation 0 of the patch (delete at Patient) cannot be done: a resource is ended with DELETE.
                    delete; Patient.; ; invalid; Not a FHIRPath expression: it ends too early at character 9
                    insert; Patient.name; {'name':'index','valueInteger':2},{'name':'value','valueHumanName':{'text':'t'}}; processing; Operation 0 of the patch (insert at Patient.name) cannot be done: the list has 1 items.
                    insert; Patient.birthDate; {'name':'index','valueInteger':0},{'name':'value','valueDate':'1970'}; processing; Operation 0 of the patch (insert at Patient.birthDate) cannot be done: birthDate is no list.
                    insert; Patient.name.first(); {'name':'index','valueInteger':0},{'name':'value','valueHumanName':{'text':'t'}}; processing; Operation 0 of the patch (insert at Patient.name.first()) cannot be done: the path must end with the name of a list, such as Patient.name.
                    move; Patient.name; {'name':'source','valueInteger':0},{'name':'destination','valueInteger':1}; processing; Operation 0 of the patch (move at Patient.name) cannot be done: the list has 1 items.
                    move; Patient.name; {'name':'source','valueInteger':0}; structure; The operation needs the part destination, an integer from 0.
                    tickle; Patient.name; ; structure; The type of an operation is add, insert, delete, replace or move.
                    add; Patient; {'name':'nome','valueString':'x'}; structure; An operation has the parts type, path, name, value, index, source and destination.
                    """)
    void a_fhirpath_patch_that_cannot_be_done_names_the_operation(
            String type, String path, String rest, String code, String why) {
        var parts = operation(type, path.equals("'x'") ? "" : path, rest == null ? "" : rest);
        var issue = issue(() -> fhirPatch(parts).applied(json(PATIENT)));
        assertThat(issue.code()).isEqualTo(code);
        assertThat(issue.diagnostics()).isEqualTo(why);
        assertThat(issue.expression()).startsWith("Parameters.parameter[0]");
    }

    @Test
    void a_choice_takes_the_name_of_its_new_type() {
        var patch =
                fhirPatch(
                        operation(
                                "replace",
                                "Patient.deceased",
                                "{'name':'value','valueDateTime':'2020-01-01'}"));
        assertThat(text(patch.applied(json(PATIENT))))
                .contains("'deceasedDateTime':'2020-01-01'")
                .doesNotContain("deceasedBoolean");
    }

    @Test
    void a_list_of_primitives_keeps_what_stands_beside_each() {
        var patch =
                fhirPatch(
                        operation(
                                "insert",
                                "Patient.name[0].given",
                                "{'name':'index','valueInteger':1},{'name':'value','valueString':'X'}"),
                        operation(
                                "move",
                                "Patient.name[0].given",
                                "{'name':'source','valueInteger':2},{'name':'destination','valueInteger':0}"),
                        operation("delete", "Patient.name[0].given[1]", ""));
        assertThat(text(patch.applied(json(PATIENT))))
                .contains("'given':['B','X'],'_given':[{'id':'i'},null]");
    }

    @Test
    void an_extension_can_be_put_on_a_primitive_and_taken_away() {
        var added =
                fhirPatch(
                                operation(
                                        "add",
                                        "Patient.birthDate",
                                        "{'name':'name','valueString':'extension'},{'name':'value','valueExtension':{'url':'u','valueString':'v'}}"))
                        .applied(json(PATIENT));
        assertThat(text(added))
                .contains("'_birthDate':{'extension':[{'url':'u','valueString':'v'}]}");
        var removed =
                fhirPatch(
                                operation(
                                        "delete",
                                        "Patient.birthDate.extension.where(url = \\u0027u\\u0027)",
                                        ""))
                        .applied(added);
        assertThat(removed).isEqualTo(json(PATIENT));
    }

    @Test
    void nested_parts_make_an_element_of_a_type_without_a_name() {
        var patch =
                fhirPatch(
                        operation(
                                "add",
                                "Patient",
                                "{'name':'name','valueString':'contact'},{'name':'value','part':["
                                        + "{'name':'name','valueHumanName':{'text':'n'}},"
                                        + "{'name':'telecom','valueContactPoint':{'value':'1'}},"
                                        + "{'name':'telecom','valueContactPoint':{'value':'2'}}]}"));
        assertThat(text(patch.applied(json(PATIENT))))
                .contains("{'name':{'text':'n'},'telecom':[{'value':'1'},{'value':'2'}]}");
    }

    @Test
    void deleting_what_is_not_there_changes_nothing() {
        var patch = fhirPatch(operation("delete", "Patient.photo", ""));
        assertThat(patch.applied(json(PATIENT))).isEqualTo(json(PATIENT));
    }

    @Test
    void a_patch_has_no_end_of_operations() {
        var many =
                IntStream.range(0, 1001)
                        .mapToObj(_ -> operation("delete", "Patient.photo", ""))
                        .toArray(String[]::new);
        assertThat(issue(() -> fhirPatch(many)).diagnostics())
                .isEqualTo("A patch has at most 1000 operations.");
    }
}
