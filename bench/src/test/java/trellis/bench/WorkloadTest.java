package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.fhir.Json;

class WorkloadTest {
    private static final String BUNDLE =
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"resource":{"resourceType":"Patient","id":"p1","birthDate":"1967-08-30","name":[{"family":"O'Hara Smith"}],
               "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}]}},
             {"resource":{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"urn:uuid:p1"},
               "encounter":{"reference":"urn:uuid:e1"},"code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},
               "valueQuantity":{"value":178.8,"system":"http://unitsofmeasure.org","code":"cm"}}},
             {"resource":{"resourceType":"Encounter","id":"e1","period":{"start":"1984-12-17T10:43:32+00:00"}}}]}\
            """;

    private static Subjects subjects() {
        var collector = new Subjects.Collector();
        collector.take(Json.parse(BUNDLE.getBytes(UTF_8)));
        return collector.subjects();
    }

    private static Workload.Call call(String key) {
        return Workload.all().stream()
                .filter(workload -> workload.key().equals(key))
                .findFirst()
                .orElseThrow()
                .call();
    }

    @Test
    void an_address_is_filled_in_ready_to_be_sent() {
        assertThat(call("newest").path(subjects(), 7))
                .isEqualTo(
                        "Observation?patient=p1&code=http%3A%2F%2Floinc.org%7C8302-2&_sort=-date&_count=20");
        assertThat(call("person").path(subjects(), 1))
                .isEqualTo("Patient?family=O%27Hara%20Smith&birthdate=1967-08-30&_count=20");
        assertThat(call("date").path(subjects(), 1))
                .isEqualTo("Encounter?date=ge1984-12-01&date=lt1985-01-01&_count=50");
        assertThat(call("quantity").path(subjects(), 1))
                .contains("value-quantity=gt178.8%7Chttp%3A%2F%2Funitsofmeasure.org%7Ccm");
    }

    @Test
    void what_the_cohort_does_not_have_is_not_asked_for() {
        assertThat(call("read").canAsk(subjects())).isTrue();
        assertThat(call("everything").canAsk(subjects())).isFalse();
        assertThat(call("include").canAsk(subjects())).isFalse();
    }

    @Test
    void every_line_says_what_is_asked_and_which_part_of_it_is_fhir() {
        assertThat(Workload.all()).extracting(Workload::key).doesNotHaveDuplicates();
        assertThat(Workload.all())
                .filteredOn(workload -> workload.shares().isEmpty())
                .allSatisfy(workload ->
                        assertThat(workload.call().method()).isIn("GET", "POST", "PUT", "AS"));
        assertThat(call("locator").isOurs()).isTrue();
        assertThat(
                        Workload.all().stream()
                                .filter(workload -> workload.key().equals("locator"))
                                .flatMap(workload -> workload.elsewhere().stream()))
                .containsExactly(
                        new Workload.Call("GET", "DocumentReference?patient={patient.id}", ""));
    }

    @Test
    void of_each_hundred_requests_of_the_mix_each_workload_has_its_share() {
        var mix =
                Workload.all().stream()
                        .filter(workload -> workload.key().equals("mix"))
                        .findFirst()
                        .orElseThrow()
                        .shares();

        assertThat(mix)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "demographics", 40,
                                "summary", 20,
                                "newest", 5,
                                "problems", 5,
                                "include", 5,
                                "create", 10,
                                "update", 8,
                                "transaction", 5,
                                "locator", 2));
        assertThat(Workload.all()).extracting(Workload::key).containsAll(mix.keySet());
        var deck = Mix.deck(mix);
        for (var from = 0; from < deck.size(); from += 100) {
            var hundred = deck.subList(from, from + 100);
            mix.forEach((key, share) ->
                    assertThat(Collections.frequency(hundred, key)).isEqualTo(share));
        }
        assertThat(deck.subList(0, 100)).isNotEqualTo(deck.subList(100, 200));
    }

    @Test
    void shares_that_are_no_hundred_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mix.deck(Map.of("read", 60)))
                .withMessage("the shares of a mix are 100, not 60");
    }

    @Test
    void what_is_written_is_valid_and_of_a_patient_who_is_there() {
        var created = Json.parse(subjects().observation(3));
        assertThat(created.at("/subject/reference").asString("")).isEqualTo("Patient/p1");
        assertThat(created.has("id") || created.has("encounter")).isFalse();

        var changing =
                subjects()
                        .changing()
                        .replace("@id@", "x")
                        .replace("@patient@", "p1")
                        .replace("\"@value@\"", "12");
        var changed = Json.parse(changing.getBytes(UTF_8));
        assertThat(changed.path("id").asString("")).isEqualTo("x");
        assertThat(changed.at("/valueQuantity/value").asInt()).isEqualTo(12);
        assertThat(changed.at("/subject/reference").asString("")).isEqualTo("Patient/p1");

        var entries = Json.parse(subjects().transaction(3)).path("entry");
        assertThat(entries).hasSize(5);
        assertThat(entries)
                .allSatisfy(entry ->
                        assertThat(entry.at("/request/method").asString("")).isEqualTo("POST"));
    }

    @Test
    void a_line_is_cut_at_its_bars() {
        assertThat(Workload.parse("# not\n\nread | 16 | Read one | GET Patient/{patient.id}\n"))
                .containsExactly(new Workload("read", 16, "Read one", "GET Patient/{patient.id}"));
        assertThat(List.of(new Workload("a", 1, "b", "= 50 c, 50 d").shares()))
                .containsExactly(Map.of("c", 50, "d", 50));
    }
}
