package trellis.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.fhir.xml.FhirXml;

/// XML read and written as HAPI FHIR does it.
class XmlSecondOpinionIT {
    /// Text between elements, or attributes that no element has, which HAPI passes over and we refuse.
    private static final Set<String> NOT_TAKEN =
            Set.of("CodeSystem-UKCore-EthnicCategoryScotland.xml", "myconsent-ext.xml");

    /// HAPI writes the text of a number anew (`1E-24` for `1.0e-24`); we keep it.
    private static final String NUMBERS = "observation-decimal.json";

    private final Hapi hapi = new Hapi();

    private static List<Path> published(String ending) throws IOException {
        var all = new ArrayList<Path>();
        for (var name : List.of("uk-core", "conformance/fhir-test-cases/r4")) {
            var folder = Cohort.findData(name);
            assumeTrue(folder.isPresent(), Cohort.MISSING);
            try (var files = Files.walk(folder.get())) {
                files.filter(file -> file.toString().endsWith(ending)).sorted().forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void published_xml_is_read_as_hapi_reads_it() throws IOException {
        var compared = 0;
        var refused = new TreeSet<String>();
        for (var file : published(".xml")) {
            var xml = Files.readString(file);
            var theirs = opinion(() -> hapi.json(xml));
            if (theirs.isPresent()) {
                var name = file.getFileName().toString();
                try {
                    var ours = FhirXml.parse(xml.getBytes(UTF_8));
                    if (isSound(ours)) {
                        assertThat(comparable(ours)).as(name).isEqualTo(comparable(theirs.get()));
                        compared++;
                    }
                } catch (Refused e) {
                    refused.add(name);
                }
            }
        }
        assertThat(refused).isEqualTo(NOT_TAKEN);
        assertThat(compared).isGreaterThan(500);
    }

    @Test
    void what_we_write_hapi_reads_as_it_was() throws IOException {
        var compared = 0;
        for (var file : published(".json")) {
            if (file.endsWith(NUMBERS)) {
                continue;
            }
            var json = Files.readAllBytes(file);
            var theirs = opinion(() -> hapi.sameJson(new String(json, UTF_8)));
            if (theirs.isPresent() && isSound(Json.parse(json))) {
                var xml = new String(FhirXml.write(Json.parse(json), true), UTF_8);
                assertThat(comparable(parsed(hapi.json(xml))))
                        .as(file.getFileName().toString())
                        .isEqualTo(comparable(theirs.get()));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(40);
    }

    /// Empty when HAPI cannot read it: a test's own format, or a resource that it refuses.
    private static Optional<ObjectNode> opinion(Supplier<String> ask) {
        try {
            return Optional.of(parsed(ask.get()));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /// Of what breaks the rules of R4 HAPI leaves parts out, and we leave them in for the validator to name.
    private static boolean isSound(ObjectNode resource) {
        // Within Bundles it changes ids, by the addresses beside them.
        return !resource.path("resourceType").asString("").equals("Bundle")
                && Validator.r4().validate(Resource.of(resource)).isEmpty();
    }

    private static ObjectNode parsed(String json) {
        return Json.parse(json.getBytes(UTF_8));
    }

    private static ObjectNode comparable(ObjectNode json) {
        json.findParents("div").forEach(text -> ((ObjectNode) text).remove("div"));
        return json;
    }
}
