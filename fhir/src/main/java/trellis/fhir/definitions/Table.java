package trellis.fhir.definitions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// Reads the compiled table: tab-separated lines, `V` a value set with its `C` lines (codes of one
/// system), `T` a type with its `E` lines (elements).
final class Table {
    private final List<CodeSet> codeSets = new ArrayList<>();
    private final Map<String, TypeDefinition> types = new LinkedHashMap<>();

    static Definitions read(String resource) {
        try (var in = Table.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The table of FHIR definitions is missing from this build: " + resource);
            }
            var text = new InputStreamReader(new GZIPInputStream(in, 1 << 16), UTF_8);
            return new Table().read(new BufferedReader(text).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Definitions read(List<String> lines) {
        for (var i = 0; i < lines.size(); ) {
            var heading = lines.get(i++).split("\t", -1);
            var from = i;
            while (i < lines.size() && "CE".indexOf(lines.get(i).charAt(0)) >= 0) {
                i++;
            }
            var under = lines.subList(from, i);
            switch (heading[0]) {
                case "V" -> codeSets.add(codeSet(heading[1], under));
                case "T" -> types.put(heading[1], type(heading, under));
                default -> {} // the first line: what the table was made by
            }
        }
        return new Definitions(types);
    }

    private static CodeSet codeSet(String url, List<String> systems) {
        var bySystem = new LinkedHashMap<String, Set<String>>();
        for (var line : systems) {
            var columns = line.split("\t", -1);
            bySystem.put(columns[1], Set.of(Arrays.copyOfRange(columns, 2, columns.length)));
        }
        return new CodeSet(url, bySystem);
    }

    private TypeDefinition type(String[] heading, List<String> lines) {
        var elements = new LinkedHashMap<String, ElementDefinition>();
        for (var line : lines) {
            var element = element(line.split("\t", -1));
            elements.put(element.name(), element);
        }
        return new TypeDefinition(
                heading[1],
                TypeDefinition.Kind.valueOf(heading[2]),
                heading[3],
                list(heading[4], ","),
                elements);
    }

    private ElementDefinition element(String[] columns) {
        var choice = columns[1].endsWith("[x]");
        return new ElementDefinition(
                choice ? columns[1].substring(0, columns[1].length() - 3) : columns[1],
                choice,
                Integer.parseInt(columns[2]),
                columns[3].equals("*") ? ElementDefinition.MANY : Integer.parseInt(columns[3]),
                list(columns[5], " ").stream().map(Table::elementType).toList(),
                columns[4].contains("S"),
                columns[4].contains("M"),
                columns[6].isEmpty()
                        ? Optional.empty()
                        : Optional.of(codeSets.get(Integer.parseInt(columns[6]))),
                list(columns[7], ","));
    }

    private static ElementType elementType(String text) {
        var colon = text.indexOf(':');
        return colon < 0
                ? new ElementType(text, List.of())
                : new ElementType(text.substring(0, colon), list(text.substring(colon + 1), "\\|"));
    }

    private static List<String> list(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator));
    }
}
