package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;

/// The demo region as it is shipped: small, valid, and a picture of no real organisation.
class DemoDataTest {
    private static final Path DEMO = Path.of("../demo");
    private static final Path ODS = Path.of("../../shared/data/public/ods");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");

    /// Words that name no organisation by themselves, though some organisation is called so.
    private static final Set<String> GENERIC = Set.of("urgent treatment centre", "meadow view");

    private static List<ObjectNode> bundles() throws IOException {
        var bundles = new ArrayList<ObjectNode>();
        for (var name : List.of("organisations.ndjson.gz", "people.ndjson.gz")) {
            try (var lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    new GZIPInputStream(Files.newInputStream(DEMO.resolve(name))),
                                    UTF_8))) {
                lines.lines().forEach(line -> bundles.add(Json.parse(line.getBytes(UTF_8))));
            }
        }
        return bundles;
    }

    private static void texts(JsonNode node, String name, BiConsumer<String, String> sink) {
        switch (node) {
            case ObjectNode object -> object.forEachEntry((key, value) -> texts(value, key, sink));
            case ArrayNode array -> array.forEach(item -> texts(item, name, sink));
            default -> {
                if (node.isString()) {
                    sink.accept(name, node.stringValue());
                }
            }
        }
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(match -> match.group()).toList();
    }

    /// The columns of a list, found by their headings.
    private static void column(String file, List<String> headings, Set<String> into)
            throws IOException {
        var lines = Files.readAllLines(ODS.resolve(file));
        var names = cells(lines.getFirst());
        for (var line : lines.subList(1, lines.size())) {
            var cells = cells(line);
            for (var heading : headings) {
                into.add(cells.get(names.indexOf(heading)));
            }
        }
    }

    private static List<String> cells(String line) {
        return Pattern.compile("(?:^|,)(?:\"([^\"]*)\"|([^,]*))")
                .matcher(line)
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .toList();
    }

    @Test
    void it_is_small_enough_to_ship() throws IOException {
        try (var files = Files.list(DEMO)) {
            assertThat(files.mapToLong(path -> path.toFile().length()).sum()).isLessThan(5_000_000);
        }
    }

    @Test
    void everything_in_it_is_valid() throws IOException {
        var faults = new ArrayList<String>();
        for (var bundle : bundles()) {
            for (var entry : bundle.path("entry")) {
                var resource = Resource.of((ObjectNode) entry.path("resource"));
                Validator.r4()
                        .validate(resource)
                        .forEach(issue ->
                                faults.add(
                                        entry.at("/request/url").asString()
                                                + " "
                                                + issue.expression()
                                                + " "
                                                + issue.diagnostics()));
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void no_code_of_a_real_organisation_occurs() throws IOException {
        assumeTrue(Files.isDirectory(ODS), "the published lists of organisations are not here");
        var real = new HashSet<String>();
        column("gp-practices.csv", List.of("code", "pcn_code"), real);
        column("hospital-sites.csv", List.of("site_code", "parent_code"), real);
        column("icbs.csv", List.of("code"), real);
        column("trusts.csv", List.of("code"), real);
        column("sub-icb-locations.csv", List.of("code"), real);
        real.removeIf(code -> code.length() < 3);
        var found = new TreeSet<String>();
        for (var bundle : bundles()) {
            texts(
                    bundle,
                    "",
                    (name, text) -> {
                        var place =
                                List.of("id", "reference", "url", "value", "system").contains(name);
                        for (var word : words(text)) {
                            var code = word.toUpperCase(Locale.ROOT);
                            // A code of letters alone is also a word; it counts where codes stand.
                            if (real.contains(code)
                                    && (place || code.chars().anyMatch(c -> c < 'A'))) {
                                found.add(name + ": " + text);
                            }
                        }
                    });
        }
        assertThat(found).isEmpty();
    }

    @Test
    void no_name_of_a_real_organisation_occurs() throws IOException {
        assumeTrue(Files.isDirectory(ODS), "the published lists of organisations are not here");
        var real = new HashSet<String>();
        column("gp-practices.csv", List.of("name", "pcn_name"), real);
        column("hospital-sites.csv", List.of("name", "parent_name"), real);
        column("icbs.csv", List.of("name"), real);
        column("trusts.csv", List.of("name"), real);
        var phrases = new HashSet<String>();
        real.forEach(name -> phrases.add(phrase(words(name))));
        phrases.removeAll(GENERIC);
        phrases.remove("");
        var found = new TreeSet<String>();
        for (var bundle : bundles()) {
            texts(
                    bundle,
                    "",
                    (name, text) -> {
                        if (!name.equals("data") && pictures(text, phrases)) {
                            found.add(name + ": " + text);
                        }
                    });
        }
        assertThat(found).isEmpty();
    }

    /// Whether a text is a name, or holds one of two words or more.
    private static boolean pictures(String text, Set<String> phrases) {
        var words = words(text);
        if (phrases.contains(phrase(words))) {
            return true;
        }
        for (var from = 0; from < words.size(); from++) {
            for (var to = from + 2; to <= Math.min(words.size(), from + 12); to++) {
                if (phrases.contains(phrase(words.subList(from, to)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String phrase(List<String> words) {
        return String.join(" ", words).toLowerCase(Locale.ROOT);
    }

    @Test
    void every_person_and_every_organisation_is_marked_as_test_data() throws IOException {
        var marked = List.of("Patient", "Organization", "Location", "Practitioner");
        for (var bundle : bundles()) {
            for (var entry : bundle.path("entry")) {
                var resource = entry.path("resource");
                if (marked.contains(resource.path("resourceType").asString())) {
                    assertThat(resource.path("meta").path("security").toString())
                            .contains("\"HTEST\"");
                }
            }
        }
    }

    @Test
    void every_state_of_a_summary_can_be_seen() throws IOException {
        var text = new StringBuilder();
        bundles().forEach(bundle -> text.append(new String(Json.write(bundle), UTF_8)));
        assertThat(text)
                .contains("\"716186003\"", "\"entered-in-error\"", "\"Flag\"")
                .contains("\"DocumentReference\"", "application/pdf", "\"Binary\"")
                .contains("\"High\"", "\"Low\"", "\"referenceRange\"")
                .contains("O'Shaughnessy-Müller", "No fixed abode", "\"deceasedDateTime\"")
                .contains("\"code\":\"R\"", "data-absent-reason");
    }
}
