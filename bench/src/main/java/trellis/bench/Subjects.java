package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// What requests are about, by which each request asks for something else, the same in every run: lists of rows, such as
/// `observation` with `id`, `patient`, `code`. A placeholder `{observation.code}` names a list and a column; all placeholders of
/// one request that name a list mean the same row. Values are ready to stand in an address.
final class Subjects {
    static final String NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number";

    /// Enough that nothing is asked for twice in a second.
    private static final int MOST = 8_192;

    private static final long STEP = 2_654_435_761L;

    private final Map<String, List<Map<String, String>>> lists;
    private final ObjectNode sample;

    private Subjects(Map<String, List<Map<String, String>>> lists, ObjectNode sample) {
        this.lists = lists;
        this.sample = sample;
    }

    /// The rows of a list; none when nothing is known of it.
    List<Map<String, String>> list(String name) {
        return lists.getOrDefault(name, List.of());
    }

    /// These and one more list.
    Subjects with(String name, List<Map<String, String>> rows) {
        var all = new TreeMap<>(lists);
        all.put(name, rows);
        return new Subjects(all, sample);
    }

    /// A row, spread over the list evenly but in no order (a multiplicative step).
    Map<String, String> one(String list, long number) {
        var rows = list(list);
        return rows.get(Math.floorMod(number * STEP, rows.size()));
    }

    /// One of a list, as [#one(String, long)] has it.
    static <T> T one(List<T> list, long number) {
        return list.get(Math.floorMod(number * STEP, list.size()));
    }

    /// The id of a patient.
    String patient(long number) {
        return one("patient", number).getOrDefault("id", "");
    }

    /// A new Observation of some patient.
    byte[] observation(long number) {
        return Json.write(observationOf(patient(number)));
    }

    /// Whether there is anything to make new resources of.
    boolean canWrite() {
        return !sample.isEmpty() && !list("patient").isEmpty();
    }

    private ObjectNode observationOf(String patient) {
        var observation = sample.deepCopy();
        observation.putObject("subject").put("reference", "Patient/" + patient);
        return observation;
    }

    /// The Observation that is changed again and again, with `@id@`, `@patient@` and `"@value@"` where those stand.
    String changing() {
        var observation = JsonNodeFactory.instance.objectNode();
        observation.put("resourceType", "Observation").put("id", "@id@");
        sample.deepCopy()
                .properties()
                .forEach(one -> {
                    if (!one.getKey().equals("resourceType")) {
                        observation.set(one.getKey(), one.getValue());
                    }
                });
        observation.putObject("subject").put("reference", "Patient/@patient@");
        ((ObjectNode) observation.path("valueQuantity")).put("value", "@value@");
        return new String(Json.write(observation), UTF_8);
    }

    /// A transaction of five new Observations of one patient.
    byte[] transaction(long number) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "transaction");
        var entries = bundle.putArray("entry");
        var patient = patient(number);
        for (var i = 0; i < 5; i++) {
            var entry = entries.addObject();
            entry.set("resource", observationOf(patient));
            entry.putObject("request").put("method", "POST").put("url", "Observation");
        }
        return Json.write(bundle);
    }

    static String escaped(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// Goes through transactions and keeps some of what they hold: of each list so many rows, any of all that there are with the
    /// same chance.
    static final class Collector {
        private final Map<String, List<Map<String, String>>> lists = new TreeMap<>();
        private final Map<String, Integer> seen = new HashMap<>();
        private final SplittableRandom random = new SplittableRandom(20_161);
        private final ObjectNode sample = JsonNodeFactory.instance.objectNode();

        Subjects subjects() {
            return new Subjects(lists, sample);
        }

        /// @param bundle of one patient
        void take(ObjectNode bundle) {
            var entries = bundle.path("entry");
            var patient = "";
            for (var entry : entries) {
                var resource = entry.path("resource");
                if (text(resource, "/resourceType").equals("Patient")) {
                    patient = text(resource, "/id");
                    person(resource, entries.size());
                }
            }
            for (var entry : entries) {
                take((ObjectNode) entry.path("resource"), patient);
            }
        }

        private void person(JsonNode patient, int resources) {
            var id = text(patient, "/id");
            for (var identifier : patient.path("identifier")) {
                if (text(identifier, "/system").equals(NHS_NUMBER)) {
                    var family = text(patient, "/name/0/family");
                    var number = text(identifier, "/value");
                    add(
                            "patient",
                            Map.of(
                                    "id",
                                    id,
                                    "number",
                                    number,
                                    "identifier",
                                    escaped(NHS_NUMBER + "|" + number),
                                    "family",
                                    escaped(family),
                                    // As somebody types who has not finished.
                                    "beginning",
                                    escaped(family.substring(0, Math.min(3, family.length()))),
                                    "born",
                                    text(patient, "/birthDate")));
                }
            }
            if (resources >= 700 && resources <= 1_200) {
                add("record", Map.of("id", id));
            }
        }

        private void take(ObjectNode resource, String patient) {
            var coding = resource.at("/code/coding/0");
            var code = escaped(text(coding, "/system") + "|" + text(coding, "/code"));
            switch (text(resource, "/resourceType")) {
                case "Observation" -> observation(resource, code, patient);
                case "Condition" -> add("condition", Map.of("code", code, "patient", patient));
                case "MedicationRequest" -> add("medicine", Map.of("patient", patient));
                case "Encounter" -> encounter(text(resource, "/period/start"));
                default -> {}
            }
        }

        private void observation(ObjectNode resource, String code, String patient) {
            add(
                    "observation",
                    Map.of("id", text(resource, "/id"), "code", code, "patient", patient));
            var value = resource.path("valueQuantity");
            if (value.has("value") && value.has("code")) {
                add(
                        "quantity",
                        Map.of(
                                "code",
                                code,
                                "value",
                                escaped(
                                        "gt"
                                                + text(value, "/value")
                                                + "|"
                                                + text(value, "/system")
                                                + "|"
                                                + text(value, "/code"))));
                if (sample.isEmpty()) {
                    sample.setAll(resource.deepCopy());
                    sample.remove(List.of("id", "encounter", "subject"));
                }
            }
        }

        private void encounter(String start) {
            if (start.length() >= 7) {
                var month = YearMonth.parse(start.substring(0, 7));
                add("month", Map.of("from", month + "-01", "before", month.plusMonths(1) + "-01"));
            }
        }

        private void add(String list, Map<String, String> row) {
            var rows = lists.computeIfAbsent(list, _ -> new ArrayList<>());
            var count = seen.merge(list, 1, Integer::sum);
            if (rows.size() < MOST) {
                rows.add(row);
            } else {
                var place = random.nextInt(count);
                if (place < MOST) {
                    rows.set(place, row);
                }
            }
        }

        private static String text(JsonNode json, String pointer) {
            return json.at(pointer).asString("");
        }
    }
}
