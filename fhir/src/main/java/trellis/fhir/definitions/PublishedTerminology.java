package trellis.fhir.definitions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// The code systems and value sets published with FHIR R4 (https://hl7.org/fhir/R4/terminologies.html), without what only people
/// read of them. Kept as bytes; a tree is built of the one that is asked for.
public final class PublishedTerminology {
    private final Map<String, byte[]> resources = new HashMap<>();
    private final Map<String, String> systemsByValueSet = new HashMap<>();

    private PublishedTerminology() {
        var in = PublishedTerminology.class.getResourceAsStream("r4.codes");
        if (in == null) {
            throw new IllegalStateException("The published code systems are missing");
        }
        try (var reader =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
            reader.readLine(); // what the table was made from
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var cells = line.split("\t", 4);
                resources.put(cells[0] + " " + cells[1], cells[3].getBytes(UTF_8));
                if (cells[0].equals("CodeSystem") && !cells[2].isEmpty()) {
                    systemsByValueSet.putIfAbsent(cells[2], cells[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those of R4; read when they are first asked for.
    public static PublishedTerminology r4() {
        return Holder.R4;
    }

    /// A CodeSystem or ValueSet by its address.
    ///
    /// @return a tree of its own
    public Optional<ObjectNode> find(String type, String url) {
        return Optional.ofNullable(resources.get(type + " " + url)).map(Json::parse);
    }

    /// The code system that says that a value set is all of it.
    public Optional<String> systemOf(String valueSet) {
        return Optional.ofNullable(systemsByValueSet.get(valueSet));
    }

    private static final class Holder {
        static final PublishedTerminology R4 = new PublishedTerminology();
    }
}
