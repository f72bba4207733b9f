package trellis.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// What requests are about: patients, codes and ids of the cohort, by which each request asks for
/// something else, the same in every run.
///
/// @param patients ids
/// @param people `family=...&birthdate=...` of each
/// @param observations ids
/// @param observationCodes `system|code`
/// @param conditionCodes `system|code`
/// @param sample an Observation, without id
record Subjects(
        List<String> patients,
        List<String> people,
        List<String> observations,
        List<String> observationCodes,
        List<String> conditionCodes,
        ObjectNode sample) {

    /// Takes them from transactions of one patient each.
    static Subjects of(List<String> bundles) {
        var subjects =
                new Subjects(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        Json.parse("{}".getBytes(StandardCharsets.UTF_8)));
        for (var line : bundles) {
            var bundle = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            for (var entry : bundle.path("entry")) {
                subjects.take((ObjectNode) entry.path("resource"));
            }
        }
        return subjects;
    }

    private void take(ObjectNode resource) {
        var id = resource.path("id").asString();
        var coding = resource.at("/code/coding/0");
        var code = coding.path("system").asString("") + "|" + coding.path("code").asString("");
        switch (resource.path("resourceType").asString()) {
            case "Patient" -> {
                patients.add(id);
                people.add(
                        "family="
                                + resource.at("/name/0/family").asString("")
                                + "&birthdate="
                                + resource.path("birthDate").asString(""));
            }
            case "Observation" -> {
                observations.add(id);
                observationCodes.add(code);
                if (sample.isEmpty() && resource.has("valueQuantity")) {
                    sample.setAll(resource.deepCopy());
                    sample.remove(List.of("id", "encounter", "subject"));
                }
            }
            case "Condition" -> conditionCodes.add(code);
            default -> {}
        }
    }

    /// One of a list, spread over it evenly but in no order (a multiplicative step).
    static String one(List<String> list, long number) {
        return list.get(Math.floorMod(number * 2_654_435_761L, list.size()));
    }

    /// A new Observation of some patient.
    byte[] observation(long number) {
        var observation = sample.deepCopy();
        observation.putObject("subject").put("reference", "Patient/" + one(patients, number));
        return Json.write(observation);
    }
}
