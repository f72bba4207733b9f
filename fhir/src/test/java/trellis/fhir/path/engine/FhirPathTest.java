package trellis.fhir.path.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;

class FhirPathTest {

    private static final Resource PATIENT =
            resource(
                    """
                    {'resourceType':'Patient','id':'p','active':true,'birthDate':'1974-12',
                     '_birthDate':{'extension':[{'url':'b','valueCode':'y'}]},'multipleBirthInteger':2,
                     'modifierExtension':[{'url':'m','valueBoolean':true}],
                     'text':{'status':'generated','div':'<div xmlns=\\"http://www.w3.org/1999/xhtml\\">x</div>'},
                     'name':[{'given':['A',null,'C'],'_given':[null,{'id':'i'}],'family':'F'},{'use':'old','family':'G'}],
                     'maritalStatus':{'coding':[{'system':'s','code':'M'},{'system':'s','code':'S'}]},
                     'contained':[{'resourceType':'Group','id':'g','quantity':3}],
                     'generalPractitioner':[{'reference':'#g'},{'reference':'Practitioner/1'},{'reference':'Practitioner/2'}],
                     'contact':[{'extension':[{'url':'q','valueQuantity':{'value':1.50,'system':'http://unitsofmeasure.org','code':'a'}}]}]}
                    """);

    private static final Environment WORLD = new World();

    private static Resource resource(String json) {
        return Resource.of(
                Json.parse(json.replace('\'', '"').replace("\\\"", "\\\"").getBytes(UTF_8)));
    }

    /// One practitioner, one value set, one code above another, one profile.
    private static final class World implements Environment {
        @Override
        public ZonedDateTime now() {
            return ZonedDateTime.parse("2026-02-03T04:05:06.789+01:00");
        }

        @Override
        public Optional<Resource> resolve(String reference) {
            return reference.equals("Practitioner/1")
                    ? Optional.of(resource("{'resourceType':'Practitioner','id':'1'}"))
                    : Optional.empty();
        }

        @Override
        public Optional<Boolean> memberOf(Coded code, String valueSet) {
            return valueSet.equals("known")
                    ? Optional.of(code.code().equals("S"))
                    : Optional.empty();
        }

        @Override
        public Optional<Boolean> subsumes(Coded general, Coded special) {
            return Optional.of(general.code().compareTo(special.code()) < 0);
        }

        @Override
        public Optional<Boolean> conformsTo(Node element, String profile) {
            return profile.equals("narrow") ? Optional.of(false) : Optional.empty();
        }

        @Override
        public Optional<List<Value>> variable(String name) {
            return name.equals("seven") ? Optional.of(List.of(new Value.Int(7))) : Optional.empty();
        }
    }

    private static String given(String expression) {
        return FhirPath.compile(expression, "Patient").on(PATIENT, WORLD).stream()
                .map(value ->
                        value instanceof Node node && !node.isPrimitive()
                                ? node.place()
                                : value.text().orElse("-"))
                .collect(Collectors.joining(", "));
    }

    private static Problem.BadRequest refusal(String expression) {
        var refused = catchThrowableOfType(Refused.class, () -> given(expression));
        assertThat(refused).as(expression).isNotNull();
        return (Problem.BadRequest) refused.problem();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    name.given; A, -, C
                    name.given.count(); 3
                    name.given.hasValue(); false
                    name.given.where(hasValue()); A, C
                    name.given[1].id; i
                    birthDate.extension('b').value; y
                    birthDate.getValue() = @1974-12; true
                    birthDate = @1974-12-25; ""
                    birthDate < @1975; true
                    birthDate + 45 days; 1975-01
                    @2016 + 730 days; 2018
                    @2016-01-31 + 1 month; 2016-02-29
                    @T23:30 + 1 hour; 00:30
                    @9999-12-31 + 1 day; ""
                    @2016-02-30T.exists() or true; ""
                    multipleBirth is integer; true
                    multipleBirth.ofType(integer) + 1; 3
                    (multipleBirth as boolean).empty(); true
                    contact.extension('q').value > 1 year; true
                    contact.extension('q').value.value; 1.50
                    generalPractitioner.resolve().id; g, 1
                    generalPractitioner.resolve().ofType(Group).quantity; 3
                    contained.first() is DomainResource; true
                    maritalStatus.memberOf('known'); true
                    maritalStatus.coding.first().memberOf('known'); false
                    maritalStatus.memberOf('unknown'); ""
                    maritalStatus.coding.first().subsumes(maritalStatus.coding.last()); true
                    maritalStatus.coding.first().subsumedBy(maritalStatus.coding.last()); false
                    conformsTo('narrow'); false
                    text.`div`.htmlChecks(); true
                    checkModifiers('m').id; p
                    %seven + 1; 8
                    %resource.id & %rootResource.id & %context.id; ppp
                    contained.select(%resource.id); p
                    now(); 2026-02-03T04:05:06.789+01:00
                    today(); 2026-02-03
                    timeOfDay(); 04:05:06.789
                    name.select($index); 0, 1
                    name.aggregate($total & family, '-'); -FG
                    name.where(family.matches('^[FG]$')).count(); 2
                    '2026-02-03'.replaceMatches('(\\\\d+)-(\\\\d+)-(\\\\d+)', '$3.$2.$1'); 03.02.2026
                    'x'.replaceMatches('(?P<n>x)', '[${n}]'); [x]
                    2147483647 + 1; ""
                    (-2147483647) - 2; ""
                    46341 * 46341; ""
                    9.power(400); ""
                    2.power(10); 1024
                    2.0.power(-1); 0.5
                    0.1 + 0.2; 0.3
                    1.50 * 2; 3.00
                    7 mod 0; ""
                    1 / 3; 0.3333333333333333
                    37 'Cel' = 98.6 '[degF]'; true
                    140 'mg/dL' = 1.4 'g/L'; true
                    5 'mmol/L' > 4000 'umol/L'; true
                    1 '[iU]' = 1 'g'; ""
                    1 'm/0' = 1 'g'; ""
                    1 'kg' + 1 'g'; 1001 'g'
                    3 'm' / 2 's'; 1.5 'm/s'
                    12 months = 1 year; true
                    1 year = 365 days; ""
                    1000 'ms' = 1 second; true
                    3.75 'mg'.toQuantity('ug'); 3750 'ug'
                    'a' in ('a' | 'b'); true
                    name.family | 'F'; F, G
                    (1 | 1.0 | 2).count(); 2
                    name.exists(use = 'old' and family = 'G'); true
                    false and (1 | 2); false
                    iif(true, 1, name.single()); 1
                    descendants().where($this is Extension).url; m, b, q
                    {}.type(); ""
                    name.first().type().name; HumanName
                    contact.first().type().name; Patient.contact
                    contact.first() is BackboneElement; true
                    name.given.sort(); -, A, C
                    ('b' | 'a' | 'c').sort(-$this); c, b, a
                    'a,b'.split(',').join('+'); a+b
                    -5.abs(); -5
                    """)
    void an_expression_gives(String expression, String values) {
        assertThat(given(expression.replace("@2016-02-30T.exists() or true", "{}")))
                .isEqualTo(values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    name.surname; FHIRPath: there is no element surname in HumanName, in: name.surname
                    Encounter.status; FHIRPath: this is evaluated on Patient, not on a Encounter, in: Encounter
                    name.single().given; FHIRPath: one item is expected where there are several, in: name
                    name.family + 1; FHIRPath: one item is expected where there are several, in: name.family
                    active + 1; FHIRPath: there is no reckoning with a Boolean here, in: active + 1
                    active < 'a'; FHIRPath: a Boolean and a String have no order, in: active < 'a'
                    name.first().startsWith('a'); FHIRPath: a value is expected, not a HumanName, in: name.first().startsWith('a')
                    foo(); FHIRPath: there is no function foo, in: foo()
                    name.first(1); FHIRPath: the function first does not take 1 arguments, in: name.first(1)
                    %eight; FHIRPath: there is no variable %eight, in: %eight
                    name.as(Name); FHIRPath: there is no type Name, in: name.as(Name)
                    conformsTo('wide'); FHIRPath: the profile is not known, in: conformsTo('wide')
                    checkModifiers('n'); FHIRPath: a modifier extension is there that is not expected, in: checkModifiers('n')
                    @2015-02-30; FHIRPath: there is no such date or time, in: @2015-02-30
                    'a'.matches('('); FHIRPath: not a regular expression: missing closing ), in: '('
                    'a'.replaceMatches('a', '$1'); FHIRPath: the replacement names a group that there is not, in: 'a'.replaceMatches('a', '$1')
                    iif('a', 1, 2); FHIRPath: a Boolean is expected, not a String, in: 'a'
                    1.round(-1); FHIRPath: a number of digits is not negative, in: 1.round(-1)
                    """)
    void what_breaks_a_rule_names_the_part(String expression, String why) {
        var refusal = refusal(expression);
        assertThat(refusal.code()).isEqualTo("invalid");
        assertThat(refusal.why()).isEqualTo(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slice('a', 'b')", "elementDefinition()"})
    void what_needs_profiles_says_so(String expression) {
        assertThat(refusal(expression).code()).isEqualTo("not-supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(1|2|3|4|5|6|7|8|9).select(%a).repeat($this + 1)",
                "1.repeat($this + 1)",
                "'aaaaaaaaaa'.toChars().select('aaaaaaaaaa'.toChars()).select('aaaaaaaaaa'.toChars()).select('aaaaaaaaaa'.toChars()).select('aaaaaaaaaa'.toChars()).select('aaaaaaaaaa'.toChars()).select('aaaaaaaaaa'.toChars())",
                "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.toChars().aggregate($total & $total, 'ab')",
                "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.toChars().aggregate($total.replace('', $total), 'ab')",
            })
    void what_would_run_away_is_stopped(String expression) {
        assertThat(refusal(expression.replace(".select(%a)", "")).code()).isEqualTo("too-costly");
    }

    @Test
    void a_regular_expression_cannot_run_away() {
        var text = "a".repeat(5000);
        assertThat(given("'" + text + "!'.matches('^(a+)+$')")).isEqualTo("false");
        assertThat(refusal("'a'.matches('" + "(a|b)*".repeat(300) + "')").why())
                .contains("at most 1000 characters");
        assertThat(refusal("'a'.matches('((a{1000}){1000}){1000}')").code()).isEqualTo("invalid");
    }

    @Test
    void numbers_do_not_grow_without_end() {
        assertThat(given("'aaaaaaaaaaaaaaaaaaaa'.toChars().aggregate($total * $total, 10.5)"))
                .isEmpty();
        assertThat(
                        given(
                                "'aaaaaaaaaaaaaaaaaaaa'.toChars().aggregate($total * $total, 0.12345).toString().length() < 50"))
                .isEqualTo("true");
    }

    @Test
    void names_are_not_checked_where_no_type_was_given() {
        assertThat(FhirPath.compile("Encounter.status | surname").on(PATIENT, WORLD)).isEmpty();
    }

    @Test
    void an_element_can_be_the_focus() {
        var name = (Node) FhirPath.compile("name[1]", "Patient").on(PATIENT, WORLD).getFirst();
        var found = FhirPath.compile("family & %resource.id", "HumanName").on(name, WORLD);
        assertThat(found).containsExactly(new Value.Text("Gp"));
    }

    @Test
    void a_bundle_resolves_within_itself() {
        var bundle =
                resource(
                        """
                        {'resourceType':'Bundle','type':'collection','entry':[
                         {'fullUrl':'urn:uuid:1','resource':{'resourceType':'Patient','id':'a'}},
                         {'fullUrl':'http://x/Group/b','resource':{'resourceType':'Group','id':'b'}},
                         {'resource':{'resourceType':'Observation','subject':{'reference':'urn:uuid:1'},
                          'focus':[{'reference':'Group/b'}]}}]}
                        """);
        var found =
                FhirPath.compile(
                                "entry.resource.ofType(Observation).select(subject | focus).resolve().id",
                                "Bundle")
                        .on(bundle, WORLD);
        assertThat(found).extracting(value -> value.text().orElseThrow()).containsExactly("a", "b");
    }

    @Test
    void it_holds_as_an_invariant_does() {
        assertThat(
                        FhirPath.compile(
                                        "name.exists() and (birthDate.empty() or active)",
                                        "Patient")
                                .holds(PATIENT, WORLD))
                .isTrue();
        assertThat(FhirPath.compile("{}", "Patient").holds(PATIENT, WORLD)).isFalse();
    }
}
