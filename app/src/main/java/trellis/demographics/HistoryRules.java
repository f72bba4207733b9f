package trellis.demographics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.people.Patient;

/// What a Patient says of somebody in words, and what has changed from one version to the next. Pure functions.
final class HistoryRules {
    static final String NOTHING = StaffFormat.NOT_RECORDED;
    static final String RESTRICTED = "Restricted: not shown";

    /// What tells where somebody is.
    private static final Set<String> PLACES =
            Set.of("Address", "Phone and email", "GP surgery", "Pharmacy", "Place of birth");

    private HistoryRules() {}

    /// A version of a Patient.
    ///
    /// @param when and who, ready to show
    record Version(ObjectNode patient, String when, String who) {}

    /// What is so, in the order of the page.
    ///
    /// @param practice the name of an organisation by its reference
    /// @param hidden whether what tells where somebody is is left out
    static Map<String, List<String>> facts(
            ObjectNode json, Function<String, String> practice, boolean hidden) {
        var patient = new Patient(json);
        var facts = new LinkedHashMap<String, List<String>>();
        facts.put("Name", names(patient, true));
        facts.put("Other names", names(patient, false));
        facts.put("Born", patient.born().map(StaffFormat::date).stream().toList());
        facts.put("Gender", List.of(patient.gender()));
        facts.put(
                "NHS number", patient.nhsNumber().map(number -> number.spaced()).stream().toList());
        facts.put("Died", died(patient));
        facts.put("Address", addresses(json));
        facts.put("Phone and email", patient.contacts());
        facts.put("GP surgery", practices(json, practice));
        facts.put("Pharmacy", pharmacy(json));
        facts.put("Registration ended", removal(json));
        facts.put(
                "State",
                Stream.of(
                                patient.restricted() ? "Restricted" : "",
                                patient.inactive() ? "Not in use" : "")
                        .filter(word -> !word.isEmpty())
                        .toList());
        if (hidden) {
            PLACES.forEach(place -> facts.computeIfPresent(place, (_, _) -> List.of(RESTRICTED)));
        }
        return facts;
    }

    private static List<String> names(Patient patient, boolean used) {
        var shown = patient.name();
        return patient.names().stream()
                .filter(name -> shown.filter(name::equals).isPresent() == used)
                .map(name -> name.whole() + (used ? "" : use(name.use())))
                .distinct()
                .toList();
    }

    private static String use(String use) {
        return use.isEmpty() ? "" : " - " + use;
    }

    private static List<String> died(Patient patient) {
        return patient.dead()
                ? List.of(patient.died().map(StaffFormat::date).orElse("Date not recorded"))
                : List.of();
    }

    private static List<String> addresses(JsonNode patient) {
        return patient.path("address")
                .valueStream()
                .map(address -> {
                    var lines = new ArrayList<String>();
                    address.path("line").forEach(line -> lines.add(line.asString("")));
                    for (var part : List.of("city", "district", "postalCode")) {
                        lines.add(address.path(part).asString(""));
                    }
                    lines.removeIf(String::isBlank);
                    return String.join(", ", lines) + use(address.path("use").asString(""));
                })
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> practices(JsonNode patient, Function<String, String> practice) {
        return patient.path("generalPractitioner")
                .valueStream()
                .map(one -> {
                    var said = one.path("display").asString("");
                    var code = one.path("identifier").path("value").asString("");
                    var reference = one.path("reference").asString("");
                    return !said.isEmpty()
                            ? said
                            : reference.isEmpty() ? code : practice.apply(reference);
                })
                .toList();
    }

    private static List<String> pharmacy(JsonNode patient) {
        return extension(patient, "NominatedPharmacy")
                .map(one -> one.at("/valueReference/identifier/value").asString(""))
                .toList();
    }

    private static List<String> removal(JsonNode patient) {
        return extension(patient, "RemovalFromRegistration")
                .map(one -> {
                    var why = new ArrayList<String>();
                    for (var part : one.path("extension")) {
                        var words = part.at("/valueCodeableConcept/coding/0/display").asString("");
                        var day = part.at("/valuePeriod/start").asString("");
                        why.add(
                                When.of(day)
                                        .map(when -> StaffFormat.date(when.firstDay()))
                                        .orElse(words));
                    }
                    why.removeIf(String::isBlank);
                    return String.join(", ", why);
                })
                .toList();
    }

    private static Stream<JsonNode> extension(JsonNode patient, String name) {
        return patient.path("extension")
                .valueStream()
                .filter(one -> one.path("url").asString("").endsWith(name));
    }

    /// What has changed, the latest first.
    ///
    /// @param versions the latest first
    /// @param whole whether the last of them is the first that there was
    static List<DemographicsView.Change> changes(
            List<Version> versions,
            boolean whole,
            Function<String, String> practice,
            boolean hidden) {
        var changes = new ArrayList<DemographicsView.Change>();
        for (var at = 0; at < versions.size(); at++) {
            var now = versions.get(at);
            if (at + 1 < versions.size()) {
                var before = facts(versions.get(at + 1).patient(), practice, false);
                facts(now.patient(), practice, false)
                        .forEach((what, after) -> {
                            var was = before.getOrDefault(what, List.of());
                            if (!was.equals(after)) {
                                var places = hidden && PLACES.contains(what);
                                changes.add(
                                        new DemographicsView.Change(
                                                what,
                                                places ? RESTRICTED : said(was),
                                                places ? RESTRICTED : said(after),
                                                now.when(),
                                                now.who()));
                            }
                        });
            } else if (whole) {
                changes.add(
                        new DemographicsView.Change(
                                "Record made", "No record", "This record", now.when(), now.who()));
            }
        }
        return changes;
    }

    private static String said(List<String> values) {
        return values.isEmpty() ? NOTHING : String.join("; ", values);
    }
}
