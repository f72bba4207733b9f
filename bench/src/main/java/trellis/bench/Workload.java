package trellis.bench;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One kind of request, with its right answer.
///
/// @param name such as `read by id`
/// @param request sends one
record Workload(String name, Driver.Request request) {

    /// What any FHIR server can be asked.
    static List<Workload> fhir(Client client, Subjects subjects) {
        return List.of(
                new Workload(
                        "read by id",
                        n -> ok(client, "Observation/" + Subjects.one(subjects.observations(), n))),
                new Workload(
                        "create an Observation",
                        n ->
                                client.post("Observation", subjects.observation(n)).statusCode()
                                        == 201),
                new Workload(
                        "newest 20 of a code of a patient",
                        n ->
                                ok(
                                        client,
                                        "Observation?patient="
                                                + Subjects.one(subjects.patients(), n)
                                                + "&code="
                                                + escaped(
                                                        Subjects.one(
                                                                subjects.observationCodes(), n))
                                                + "&_sort=-date&_count=20")),
                new Workload(
                        "patient by family and birth date",
                        n -> ok(client, "Patient?" + spaces(Subjects.one(subjects.people(), n)))),
                new Workload(
                        "conditions of a code",
                        n ->
                                ok(
                                        client,
                                        "Condition?code="
                                                + escaped(
                                                        Subjects.one(
                                                                subjects.conditionCodes(), n)))));
    }

    /// The summary page of one patient, by somebody who has signed in.
    static List<Workload> pages(Client session, URI pages, String patient) {
        var address = pages.resolve("/patients/" + patient);
        return new ArrayList<>(
                List.of(
                        new Workload(
                                "summary page of the longest record",
                                _ -> {
                                    var answer = session.page(address);
                                    return answer.statusCode() == 200
                                            && answer.body().contains("Patient summary");
                                })));
    }

    private static boolean ok(Client client, String path) throws Exception {
        return client.get(path).statusCode() == 200;
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String spaces(String query) {
        return query.replace(" ", "%20").replace("'", "%27");
    }
}
