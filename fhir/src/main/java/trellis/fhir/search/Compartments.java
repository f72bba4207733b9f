package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The compartments of FHIR R4 (4.0.1): by which reference parameters a resource belongs to the compartment of a patient, an
/// encounter, a practitioner, a related person or a device (https://hl7.org/fhir/R4/compartmentdefinition.html).
public final class Compartments {

    private final Map<String, Map<String, List<String>>> byName;

    private Compartments(Map<String, Map<String, List<String>>> byName) {
        this.byName = byName;
    }

    /// Those that R4 defines. Read on first use, then shared.
    public static Compartments r4() {
        return R4.COMPARTMENTS;
    }

    /// Whether there is a compartment around resources of a type.
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /// Their names, in order.
    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    /// The types that have a place in a compartment, in order.
    public List<String> types(String name) {
        return List.copyOf(byName.getOrDefault(name, Map.of()).keySet());
    }

    /// The codes of the reference parameters by which a resource of a type belongs to a compartment; none for a type that has no
    /// place in it.
    public List<String> parameters(String name, String type) {
        return byName.getOrDefault(name, Map.of()).getOrDefault(type, List.of());
    }

    private static Compartments read(String table) {
        var byName = new HashMap<String, Map<String, List<String>>>();
        try (var in = Compartments.class.getResourceAsStream(table)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The table of compartments is missing from this build: " + table);
            }
            new BufferedReader(new InputStreamReader(in, UTF_8))
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .forEach(columns ->
                            byName.computeIfAbsent(columns[0], _ -> new TreeMap<>())
                                    .put(columns[1], List.of(columns[2].split(" "))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Compartments(byName);
    }

    /// Holder, so that the table is read on first use.
    private static final class R4 {
        static final Compartments COMPARTMENTS = read("r4.compartments");
    }
}
