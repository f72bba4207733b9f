package trellis.fhir.path;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.definitions.TypeDefinition;

class PathTest {

    private static final String PATIENT =
            """
            {'resourceType':'Patient','id':'p','active':true,'_active':{'extension':[{'url':'a','valueString':'x'}]},
             '_birthDate':{'extension':[{'url':'b','valueCode':'y'}]},'multipleBirthInteger':2,
             'name':[{'given':['A',null,'C'],'_given':[null,{'id':'i'}]},{'use':'old','family':'F'}],
             'contact':[{'telecom':[{'system':'phone','value':'1'},{'system':'email','value':'2'}]}],
             'contained':[{'resourceType':'Group','id':'g'},{'resourceType':'Patient','id':'q'}],
             'link':[{'type':'refer','other':{'reference':'#q'}}]}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    Patient.id; [id p]
                    id; [id p]
                    $this.id; [id p]
                    Resource.id; [id p]
                    DomainResource.active; [boolean true]
                    Observation.status; []
                    Patient.name.given; [string A, string, string C]
                    Patient.name[1].family; [string F]
                    Patient.name[7].family; []
                    Patient.name.first().given[0]; [string A]
                    Patient.name.where(use = 'old').family; [string F]
                    Patient.name.where(use != 'old').family; []
                    Patient.name.where(use.exists().not()).given.first(); [string A]
                    Patient.name.where($this.family = 'F').use; [code old]
                    Patient.name.exists(family = 'F'); [true]
                    Patient.name.exists(family = 'G'); [false]
                    Patient.photo.empty() and active; [true]
                    Patient.photo.exists() or active = false; [false]
                    Patient.multipleBirth; [integer 2]
                    Patient.multipleBirth as integer = 2.0; [true]
                    Patient.multipleBirth.ofType(boolean); []
                    Patient.multipleBirth is integer; [true]
                    Patient.multipleBirth.is(FHIR.boolean); [false]
                    Patient.contact.telecom.where(system='email').value; [string 2]
                    Patient.active.extension('a').value; [string x]
                    Patient.birthDate.extension('b').value as code; [code y]
                    Patient.birthDate.extension('c').value; []
                    Patient.birthDate.exists(); [true]
                    Patient.contained.id; [id g, id q]
                    Patient.contained.ofType(Patient).id; [id q]
                    (Patient.contained as Group).id; [id g]
                    Patient.id | Patient.id | Patient.name.family; [id p, string F]
                    Patient.link.other.where(resolve() is Patient).reference; [string #q]
                    Patient.link.other.where(resolve() is Group).reference; []
                    Patient.link.other.resolve() is Resource; [true]
                    %resource.id; [id p]
                    {}; []
                    {} = 1; []
                    {} and false; [false]
                    {} or true; [true]
                    true and {}; []
                    'a' = 1; [false]
                    active.not(); [false]
                    """)
    void an_expression_gives_what_the_specification_says(String expression, String given) {
        var items = Path.compile(expression, "Patient").in(scope(PATIENT));
        assertThat(items.stream().map(PathTest::text).toList().toString()).isEqualTo(given);
    }

    @Test
    void what_a_path_can_give_is_known_before() {
        assertThat(Path.compile("Observation.effective", "Observation").types())
                .extracting(TypeDefinition::name)
                .containsExactlyInAnyOrder("dateTime", "Period", "Timing", "instant");
        assertThat(Path.compile("(Observation.value as Quantity).unit", "Observation").types())
                .extracting(TypeDefinition::name)
                .containsExactly("string");
    }

    @Test
    void a_path_goes_on_from_what_another_gives() {
        var contacts = Path.compile("Patient.contact", "Patient");
        var scope = scope(PATIENT);
        var contact = contacts.in(scope).getFirst();
        assertThat(contacts.then("telecom.value").in(scope.of(contact))).hasSize(2);
        assertThat(contacts.then("%resource.id").in(scope.of(contact))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    Patient.nonsense; invalid; There is no element nonsense in Patient
                    Patient.name.nonsense; invalid; There is no element nonsense in HumanName
                    Patient.deceased as Nonsense; invalid; There is no type Nonsense
                    Patient.name.where(); invalid; The function where does not take 0 arguments
                    Patient.name.ofType('a'); invalid; A type's name is expected, not 'a'
                    Patient.name.count(); not-supported; This part of FHIRPath cannot be used here: the function count
                    Patient.id & 'a'; not-supported; This part of FHIRPath cannot be used here: the operator &
                    Patient.birthDate = @2020; not-supported; This part of FHIRPath cannot be used here: @2020
                    Patient.name = Patient.name; not-supported; This part of FHIRPath cannot be used here: Patient.name = Patient.name
                    Patient.active is System.Boolean; not-supported; This part of FHIRPath cannot be used here: the types of System
                    Patient.managingOrganization.resolve().name; not-supported; This part of FHIRPath cannot be used here: .name of a value or of what a reference points to
                    %ucum; not-supported; This part of FHIRPath cannot be used here: %ucum
                    -1; not-supported; This part of FHIRPath cannot be used here: -1
                    """)
    void what_cannot_be_compiled_is_refused_when_it_is_compiled(
            String expression, String code, String why) {
        var refused =
                catchThrowableOfType(Refused.class, () -> Path.compile(expression, "Patient"));
        assertThat(refused.problem()).isEqualTo(new Problem.BadRequest(code, why, ""));
    }

    @Test
    void only_resource_types_have_paths() {
        assertThat(catchThrowableOfType(Refused.class, () -> Path.compile("id", "HumanName")))
                .isNotNull();
        assertThat(Scope.of(Resource.of(Json.parse("{}".getBytes(UTF_8))))).isEmpty();
    }

    private static Scope scope(String json) {
        return Scope.of(Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8))))
                .orElseThrow();
    }

    private static String text(Item item) {
        return switch (item) {
            case Item.Element(var type, var json, _) ->
                    (type.name() + " " + json.asString("")).strip();
            case Item.Target(var type) -> "target " + type.name();
            case Item.Bool(var value) -> Boolean.toString(value);
            case Item.Text(var value) -> value;
            case Item.Numeric(var value) -> value.toString();
            case Item.Moment(var value) -> value;
        };
    }
}
