package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.store.Catalogue;
import trellis.store.Criterion;
import trellis.store.Criterion.Prefix;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;

class SearchParserTest {

    private static final String BASE = "http://here.example/fhir";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SearchCursors cursors = new SearchCursors(new SecretKeySpec(new byte[32], "AES"));
    private final SearchParser parser =
            new SearchParser(
                    Clock.fixed(NOW, ZoneOffset.UTC), cursors, Optional::empty, new Catalogue());

    private SearchRequest parse(String type, String query) {
        return parser.parse(type, Parameter.parse(query), BASE, false);
    }

    private List<Criterion> criteria(String type, String query) {
        return parse(type, query).query().criteria();
    }

    private Problem.BadRequest refusal(String type, String query) {
        var refused = catchThrowableOfType(Refused.class, () -> parse(type, query));
        assertThat(refused).as(type + "?" + query + " is refused").isNotNull();
        return (Problem.BadRequest) refused.problem();
    }

    private static SearchParameter parameter(String type, String code) {
        return SearchParameters.r4().find(type, code).orElseThrow();
    }

    /// Of a code that each record keeps by itself too.
    private static Criterion.AnyToken coded(long... hashes) {
        return new Criterion.AnyToken(token(hashes).hashes(), true);
    }

    private static Criterion.AnyToken token(long... hashes) {
        return new Criterion.AnyToken(
                java.util.Arrays.stream(hashes)
                        .boxed()
                        .collect(java.util.stream.Collectors.toSet()));
    }

    @Nested
    class Tokens {
        private final long salt = Keys.salt("Observation", "code");

        @Test
        void a_token_is_found_by_code_by_system_and_by_both() {
            assertThat(criteria("Observation", "code=8302-2"))
                    .containsExactly(coded(Keys.code(salt, "8302-2")));
            assertThat(criteria("Observation", "code=http://loinc.org%7C8302-2"))
                    .containsExactly(coded(Keys.token(salt, "http://loinc.org", "8302-2")));
            assertThat(criteria("Observation", "code=http://loinc.org%7C"))
                    .containsExactly(token(Keys.system(salt, "http://loinc.org")));
            assertThat(criteria("Observation", "code=%7C8302-2"))
                    .containsExactly(coded(Keys.token(salt, "", "8302-2")));
        }

        @Test
        void the_system_that_a_binding_implies_may_be_given() {
            var gender = Keys.salt("Patient", "gender");
            var system = "http://hl7.org/fhir/administrative-gender";
            assertThat(criteria("Patient", "gender=" + system + "%7Cfemale"))
                    .containsExactly(token(Keys.code(gender, "female")));
            assertThat(criteria("Patient", "gender=urn:other%7Cfemale"))
                    .containsExactly(token(Keys.token(gender, "urn:other", "female")));
        }

        @Test
        void commas_are_alternatives_and_repetition_is_conjunction() {
            assertThat(criteria("Observation", "code=a,b&code=c"))
                    .containsExactly(
                            coded(Keys.code(salt, "a"), Keys.code(salt, "b")),
                            coded(Keys.code(salt, "c")));
        }

        @Test
        void escaped_separators_belong_to_the_value() {
            assertThat(criteria("Observation", "code=a%5C,b%5C%7Cc%5C%5Cd"))
                    .containsExactly(coded(Keys.code(salt, "a,b|c\\d")));
        }

        @Test
        void not_turns_a_token_round() {
            assertThat(criteria("Observation", "code:not=a"))
                    .containsExactly(new Criterion.Not(token(Keys.code(salt, "a"))));
        }

        @Test
        void identifiers_have_an_index_of_their_own_unless_only_the_system_is_given() {
            var identifier = Keys.salt("Patient", "identifier");
            assertThat(criteria("Patient", "identifier=urn:x%7C1"))
                    .containsExactly(
                            new Criterion.AnyIdentifier(
                                    Set.of(Keys.token(identifier, "urn:x", "1"))));
            assertThat(criteria("Patient", "identifier=urn:x%7C"))
                    .containsExactly(token(Keys.system(identifier, "urn:x")));
        }
    }

    @Nested
    class References {

        @Test
        void a_reference_to_the_patient_also_narrows_to_the_record() {
            var subject = Keys.salt("Observation", "subject");
            for (var value : List.of("Patient/1", BASE + "/Patient/1")) {
                assertThat(criteria("Observation", "subject=" + value))
                        .containsExactly(
                                token(Keys.reference(subject, Keys.resource("Patient", "1"))),
                                new Criterion.OfPatients(Set.of("1")));
            }
            assertThat(criteria("Observation", "subject:Patient=1")).hasSize(2);
            assertThat(criteria("Observation", "patient=1")).hasSize(2);
        }

        @Test
        void a_bare_id_stands_for_every_type_that_the_parameter_can_lead_to() {
            var subject = Keys.salt("Observation", "subject");
            assertThat(criteria("Observation", "subject=1"))
                    .containsExactly(
                            token(
                                    Keys.reference(subject, Keys.resource("Group", "1")),
                                    Keys.reference(subject, Keys.resource("Device", "1")),
                                    Keys.reference(subject, Keys.resource("Patient", "1")),
                                    Keys.reference(subject, Keys.resource("Location", "1"))));
        }

        @Test
        void other_addresses_and_identifiers_are_compared_as_they_are() {
            var subject = Keys.salt("Observation", "subject");
            assertThat(criteria("Observation", "subject=http://other.example/Patient/1"))
                    .containsExactly(
                            token(Keys.address(subject, "http://other.example/Patient/1")));
            assertThat(criteria("Observation", "subject:identifier=urn:x%7C7"))
                    .containsExactly(token(Keys.logical(subject, "urn:x", "7")));
        }

        @Test
        void a_parameter_that_may_name_several_patients_does_not_narrow() {
            assertThat(criteria("Appointment", "patient=1")).hasSize(1);
            assertThat(criteria("Account", "subject=Patient/1")).hasSize(1);
        }
    }

    @Nested
    class Ranges {

        @ParameterizedTest
        @CsvSource({
            "5.40, 5.395, 5.405",
            "100, 99.5, 100.5",
            "100.00, 99.995, 100.005",
            "1e2, 95, 105",
            "-5, -5.5, -4.5",
            "0, -0.5, 0.5",
        })
        void a_number_covers_what_its_precision_leaves_open(String text, String low, String high) {
            var criterion =
                    (Criterion.AnyValue)
                            criteria("RiskAssessment", "probability=" + text).getFirst();
            var amount = (Criterion.Test.Amount) criterion.tests().getFirst();
            assertThat(amount.prefix()).isEqualTo(Prefix.EQ);
            assertThat(amount.low()).isEqualByComparingTo(low);
            assertThat(amount.high()).isEqualByComparingTo(high);
        }

        @Test
        void a_prefix_that_compares_takes_the_number_exactly() {
            assertThat(criteria("Observation", "value-quantity=gt5.4||mg"))
                    .containsExactly(
                            new Criterion.AnyValue(
                                    parameter("Observation", "value-quantity"),
                                    List.of(
                                            new Criterion.Test.Amount(
                                                    Prefix.GT,
                                                    new BigDecimal("5.4"),
                                                    new BigDecimal("5.4"),
                                                    0,
                                                    Keys.unit("mg")))));
        }

        @Test
        void a_date_covers_its_span_and_approximately_a_tenth_of_the_way_to_now() {
            var year = SearchTime.parse("2025").orElseThrow();
            var tenth = (year.high() - year.low()) / 10;
            assertThat(criteria("Observation", "date=ge2025,ap2025"))
                    .containsExactly(
                            new Criterion.AnyValue(
                                    parameter("Observation", "date"),
                                    List.of(
                                            new Criterion.Test.When(
                                                    Prefix.GE, year.low(), year.high()),
                                            new Criterion.Test.When(
                                                    Prefix.AP, year.low() - tenth, year.high()))));
        }
    }

    @Nested
    class Chains {

        @Test
        void a_chain_goes_through_the_type_named_or_every_type_that_has_the_parameter() {
            var name =
                    new Criterion.AnyValue(
                            parameter("Patient", "name"),
                            List.of(new Criterion.Test.Starts("ann")));
            assertThat(criteria("Observation", "subject:Patient.name=Ann"))
                    .containsExactly(
                            new Criterion.Refers(
                                    parameter("Observation", "subject"), "Patient", List.of(name)));
            assertThat(criteria("Observation", "subject.name=Ann").getFirst())
                    .isInstanceOfSatisfying(
                            Criterion.AnyOf.class,
                            any ->
                                    assertThat(any.options())
                                            .extracting(o -> ((Criterion.Refers) o).target())
                                            .containsExactlyInAnyOrder("Patient", "Location"));
        }

        @Test
        void has_looks_from_the_other_side_and_nests() {
            var criterion =
                    criteria(
                                    "Patient",
                                    "_has:Observation:patient:_has:Provenance:target:agent=Device/1")
                            .getFirst();
            assertThat(criterion)
                    .isInstanceOfSatisfying(
                            Criterion.ReferredFrom.class,
                            outer -> {
                                assertThat(outer.parameter())
                                        .isEqualTo(parameter("Observation", "patient"));
                                assertThat(outer.criteria().getFirst())
                                        .isInstanceOf(Criterion.ReferredFrom.class);
                            });
        }
    }

    @Nested
    class Results {

        @Test
        void a_page_has_twenty_matches_unless_asked_and_never_more_than_a_thousand() {
            assertThat(parse("Patient", "").query().count()).isEqualTo(20);
            assertThat(parse("Patient", "_count=7").query().count()).isEqualTo(7);
            assertThat(parse("Patient", "_count=5000").query().count()).isEqualTo(1000);
        }

        @Test
        void a_summary_of_the_count_asks_for_the_total_alone() {
            for (var query : List.of("_summary=count", "_count=0")) {
                var request = parse("Patient", query);
                assertThat(request.query().count()).isZero();
                assertThat(request.query().total()).isEqualTo(SearchQuery.Total.ACCURATE);
            }
        }

        @Test
        void sorting_and_including_name_parameters() {
            var query =
                    parse(
                                    "Observation",
                                    "_sort=-date,_id&_include=Observation:subject:Patient"
                                            + "&_revinclude=Provenance:target")
                            .query();
            assertThat(query.sort())
                    .containsExactly(
                            new SearchQuery.Sort.By(parameter("Observation", "date"), true),
                            new SearchQuery.Sort.ById(false));
            assertThat(query.includes())
                    .containsExactly(
                            new SearchQuery.Include(
                                    parameter("Observation", "subject"),
                                    Optional.of("Patient"),
                                    false),
                            new SearchQuery.Include(
                                    parameter("Provenance", "target"), Optional.empty(), true));
        }
    }

    @Nested
    class Wide {

        private SearchQuery query(String place, String query) {
            var path = List.of(place.split("/"));
            return parser.parse(
                            SearchPlace.of(place.isEmpty() ? List.of() : path),
                            type -> !type.equals("Flag"),
                            Parameter.parse(query),
                            BASE,
                            false)
                    .query();
        }

        @Test
        void a_chain_has_as_many_links_as_a_search_may_follow() {
            var parts = "part-of:Encounter.".repeat(30);
            var criterion = criteria("Encounter", parts + "status=finished").getFirst();
            var links = 0;
            while (criterion instanceof Criterion.Refers(_, _, var rest)) {
                links++;
                criterion = rest.getFirst();
            }
            assertThat(links).isEqualTo(30);
            var most = "part-of:Encounter.".repeat(41);
            assertThat(refusal("Encounter", most + "status=finished"))
                    .isEqualTo(
                            new Problem.BadRequest(
                                    "too-costly",
                                    "A search follows 40 references at the most, and a link without"
                                            + " a type counts once for each type it may lead to; name"
                                            + " the types, or ask in steps.",
                                    most + "status"));
        }

        @Test
        void a_search_of_several_types_has_a_branch_for_each() {
            var query = query("", "_type=Observation,Condition&_lastUpdated=gt2020&_sort=-code");
            assertThat(query.branches())
                    .extracting(SearchQuery.Branch::type)
                    .containsExactly("Condition", "Observation");
            assertThat(query.branches().getLast().sort())
                    .containsExactly(
                            new SearchQuery.Sort.By(parameter("Observation", "code"), true));
        }

        @Test
        void without_types_it_is_of_all_that_the_caller_may_search() {
            var types =
                    query("", "_id=x").branches().stream().map(SearchQuery.Branch::type).toList();
            assertThat(types).contains("Patient").doesNotContain("Flag", "AuditEvent");
            assertThat(query("Patient/1/*", "").branches())
                    .extracting(SearchQuery.Branch::type)
                    .contains("Patient", "Observation")
                    .doesNotContain("Flag", "Organization", "AuditEvent");
        }

        @Test
        void a_compartment_is_entered_by_the_parameters_that_r4_names() {
            assertThat(query("Patient/1/Observation", "").criteria())
                    .containsExactly(
                            new Criterion.Leads(
                                    List.of(
                                            parameter("Observation", "performer"),
                                            parameter("Observation", "subject")),
                                    "Patient",
                                    "1"));
        }

        @Test
        void what_is_of_different_kinds_cannot_be_sorted_by() {
            var refused =
                    catchThrowableOfType(
                            Refused.class,
                            () -> query("", "_type=Encounter,Observation&_sort=identifier,date"));
            assertThat(refused).isNull();
            refused =
                    catchThrowableOfType(
                            Refused.class, () -> query("", "_type=Encounter,Slot&_sort=length"));
            assertThat(refused).isNotNull();
            refused =
                    catchThrowableOfType(
                            Refused.class,
                            () -> query("", "_type=ImplementationGuide,ResearchStudy&_sort=title"));
            assertThat(refused).isNull();
        }

        @Test
        void includes_follow_any_reference_and_go_on() {
            var query =
                    parse(
                                    "Encounter",
                                    "_include=*&_include:iterate=Encounter:part-of"
                                            + "&_revinclude:iterate=Observation:*:Encounter")
                            .query();
            assertThat(query.includes())
                    .containsExactly(
                            new SearchQuery.Include(
                                    new SearchQuery.Via.All(), Optional.empty(), false, false),
                            new SearchQuery.Include(
                                    new SearchQuery.Via.Parameter(
                                            parameter("Encounter", "part-of")),
                                    Optional.empty(),
                                    false,
                                    true),
                            new SearchQuery.Include(
                                    new SearchQuery.Via.AllOf("Observation"),
                                    Optional.of("Encounter"),
                                    true,
                                    true));
        }
    }

    @Nested
    class Pages {
        private final SearchPage.Cursor after = new SearchPage.Cursor(List.of("=1", "", "=ä"), 77);

        @Test
        void a_page_address_holds_the_whole_search() {
            var first = parse("Observation", "code=a%5C,b&_count=3&_sort=-date");
            var next = parser.next(SearchPlace.of("Observation"), first, after);
            assertThat(next).hasSize(1);
            var second = parser.parse("Observation", next, BASE, false);
            assertThat(second.query().criteria()).isEqualTo(first.query().criteria());
            assertThat(second.query().count()).isEqualTo(3);
            assertThat(second.query().after()).contains(after);
        }

        @Test
        void a_page_address_that_was_altered_or_is_of_another_type_is_refused() {
            var text = cursors.seal("/Patient", List.of(), after);
            var altered = (text.charAt(0) == 'A' ? 'B' : 'A') + text.substring(1);
            for (var bad : List.of(altered, "", "x", "%%%", text.substring(0, 30))) {
                assertThat(refusalOfCursor("Patient", bad).why())
                        .isEqualTo(
                                "This is not the address of a page that this server gave out; run"
                                        + " the search again from its first page.");
            }
            refusalOfCursor("Observation", text);
            assertThat(cursors.open("/Patient", text).after()).isEqualTo(after);
        }

        private Problem.BadRequest refusalOfCursor(String type, String text) {
            var refused =
                    catchThrowableOfType(
                            Refused.class,
                            () ->
                                    parser.parse(
                                            type,
                                            List.of(new Parameter("_cursor", text)),
                                            BASE,
                                            false));
            assertThat(refused).isNotNull();
            return (Problem.BadRequest) refused.problem();
        }
    }

    @Nested
    class Refusals {

        @ParameterizedTest
        @ValueSource(strings = {"2020-13", "yesterday", "gt", "2020-01-01T10", "eq 2020"})
        void a_bad_date_says_how_dates_are_written(String text) {
            assertThat(refusal("Patient", "birthdate=" + text))
                    .isEqualTo(
                            new Problem.BadRequest(
                                    "value",
                                    "\"birthdate\" takes a date: YYYY, YYYY-MM, YYYY-MM-DD or"
                                            + " YYYY-MM-DDThh:mm[:ss] with a zone such as Z or"
                                            + " +01:00, after a prefix if one is wanted (eq, ne,"
                                            + " gt, lt, ge, le, sa, eb, ap).",
                                    "birthdate"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '^',
                value = {
                    "Patient ^ famly=x ^ Patient has no search parameter \"famly\" (the nearest is"
                            + " \"family\"). The CapabilityStatement lists them; Prefer:"
                            + " handling=lenient leaves unknown ones out.",
                    "Patient ^ family:below=x ^ The modifier \":below\" is not supported for the"
                            + " string parameter \"family\"; it has :contains, :exact, :missing.",
                    "Observation ^ code:in=x ^ The modifier \":in\" needs a terminology"
                            + " service, and this server has none.",
                    "Observation ^ subject:Organization=1 ^ The modifier \":Organization\" is not"
                            + " supported for the reference parameter \"subject\"; it has [type],"
                            + " :above, :below, :identifier, :missing.",
                    "Patient ^ _id:not=1 ^ The modifier \":not\" is not supported for the token"
                            + " parameter \"_id\"; it has no modifiers.",
                    "Patient ^ family= ^ \"family\" has no value; give one, or leave the parameter"
                            + " out.",
                    "Patient ^ family=a,,b ^ One of the values between commas is empty; a comma"
                            + " within a value is written \\,.",
                    "Patient ^ family:missing=yes ^ The modifier :missing takes true or false.",
                    "Observation ^ value-quantity=5|mg ^ A quantity is written number,"
                            + " number|system|code or number||code, such as"
                            + " 5.4|http://unitsofmeasure.org|mg or 5.4||mg.",
                    "RiskAssessment ^ probability=half ^ \"probability\" takes a number such as 5,"
                            + " 5.40 or 1e2, after a prefix if one is wanted (eq, ne, gt, lt, ge,"
                            + " le, sa, eb, ap).",
                    "Observation ^ code=a|b|c ^ A token is written code, system|code, |code or"
                            + " system|; a | within a code is written \\|.",
                    "Observation ^ code-value-quantity=x ^ \"code-value-quantity\" takes"
                            + " code$value-quantity; a $ within a value is written \\$.",
                    "Observation ^ code.name=x ^ \"code\" is a token parameter; a chain goes through"
                            + " references only.",
                    "Observation ^ subject:Organization.name=x ^ \"subject\" does not refer to a"
                            + " Organization.",
                    "Patient ^ _has:Observation:code:x=1 ^ _has names a type and one of its reference"
                            + " parameters, through which it refers to a Patient, such as"
                            + " _has:Observation:patient:code.",
                    "Patient ^ name..x=1 ^ A parameter is named code, code:modifier, code:Type.code"
                            + " or _has:Type:code:code; a piece of this name is missing.",
                    "Patient ^ _count=many ^ _count is a whole number from 0; a page has 1000"
                            + " matches at the most.",
                    "Patient ^ _total=maybe ^ _total is none, estimate or accurate.",
                    "Patient ^ _count=1&_count=2 ^ Give _sort, _count, _total, _summary, _type,"
                            + " _contained, _containedType and _explain at most once each.",
                    "Patient ^ _include:recurse=Patient:organization ^ _include has one modifier,"
                            + " :iterate.",
                    "Patient ^ _include=Observation:subject ^ _include begins at what is searched:"
                            + " write Patient:code, or _include:iterate to begin at what has been"
                            + " brought.",
                    "Patient ^ _include=*:subject ^ _include is written Type:code or"
                            + " Type:code:Type, with * for any code, or *.",
                    "Patient ^ _include:iterate=Nothing:* ^ \"Nothing\" is no resource type.",
                    "Patient ^ _type=Observation ^ _type names resource types that are searched at"
                            + " this address, such as Observation,Condition; AuditEvent is searched"
                            + " by itself.",
                    "Patient ^ _revinclude=Observation:encounter ^ _revinclude ends at what is"
                            + " searched: \"encounter\" must refer to a Patient.",
                    "Patient ^ _include=organization ^ _include is written Type:code or"
                            + " Type:code:Type, with * for any code, or *.",
                    "Flag ^ _sort=code ^ \"code\" cannot be sorted by; Flag can be sorted by _id,"
                            + " _lastUpdated, _profile, _security, _source, _tag, author, date,"
                            + " encounter, identifier, patient, subject, each with a - before it to"
                            + " turn it round.",
                    "Patient ^ _text=x ^ The words of Patient are not kept on this server; whoever runs"
                            + " it names the types in TRELLIS_TEXT_SEARCH.",
                })
        void every_refusal_says_what_to_do(String type, String query, String why) {
            assertThat(refusal(type, query.replace("|", "%7C").replace("$", "%24")).why())
                    .isEqualTo(why);
        }

        @Test
        void what_is_not_done_is_refused_by_name() {
            assertThat(refusal("Patient", "_query=everybody").why())
                    .startsWith("A named query belongs to a search at its own address");
            assertThat(refusal("Patient", "_contained=true").why())
                    .isEqualTo("_contained belongs to a search at its own address.");
            assertThat(refusal("Patient", "_list=$current-problems").why())
                    .isEqualTo(
                            "$current-problems is a list of one patient: add patient=[id], or search"
                                    + " in the compartment Patient/[id].");
            assertThat(refusal("Patient", "_list=$current-problems&patient=1").why())
                    .startsWith("This is looked up for a search at its own address");
            assertThat(refusal("Patient", "_explain=perhaps").why())
                    .isEqualTo("_explain is true or false.");
        }

        @Test
        void no_refusal_repeats_a_value() {
            for (var query :
                    List.of(
                            "birthdate=SECRET",
                            "family:below=SECRET",
                            "identifier=SECRET%7Ca%7Cb",
                            "general-practitioner=SECRET/SECRET/SECRET",
                            "_has:Observation:code:x=SECRET",
                            "unknown=SECRET",
                            "_cursor=SECRET")) {
                assertThat(refusal("Patient", query).toString()).doesNotContain("SECRET");
            }
        }

        @Test
        void lenient_handling_leaves_out_unknown_names_and_nothing_else() {
            var request = parser.parse("Patient", Parameter.parse("famly=x&family=y"), BASE, true);
            assertThat(request.used()).containsExactly(new Parameter("family", "y"));
            assertThat(request.query().criteria()).hasSize(1);
            assertThat(request.warnings())
                    .singleElement()
                    .satisfies(warning -> {
                        assertThat(warning.expression()).isEqualTo("famly");
                        assertThat(warning.diagnostics()).endsWith("It was left out.");
                    });
            assertThat(
                            catchThrowableOfType(
                                    Refused.class,
                                    () ->
                                            parser.parse(
                                                    "Patient",
                                                    Parameter.parse("birthdate=x"),
                                                    BASE,
                                                    true)))
                    .isNotNull();
        }
    }
}
