package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import trellis.fhir.definitions.Definitions;

/// The search parameters of every resource type that FHIR R4 (4.0.1) publishes with an expression.
/// Those of all resources, such as `_lastUpdated`, stand under each type.
public final class SearchParameters {

    private final Map<String, Map<String, SearchParameter>> byBase;

    private SearchParameters(Map<String, Map<String, SearchParameter>> byBase) {
        this.byBase = byBase;
    }

    /// The base parameters of R4. Read on first use, then shared.
    public static SearchParameters r4() {
        return R4.PARAMETERS;
    }

    /// No parameters at all.
    public static SearchParameters none() {
        return new SearchParameters(Map.of());
    }

    /// One parameter by the resource type and its name in a query.
    public Optional<SearchParameter> find(String base, String code) {
        return Optional.ofNullable(byBase.getOrDefault(base, Map.of()).get(code));
    }

    /// All parameters of a resource type, in order of code; none for what is no resource type.
    public List<SearchParameter> of(String base) {
        return List.copyOf(byBase.getOrDefault(base, Map.of()).values());
    }

    /// These and some more; one more of a name that is there already takes its place.
    public SearchParameters with(List<SearchParameter> more) {
        var all = new HashMap<String, Map<String, SearchParameter>>(byBase);
        for (var parameter : more) {
            var ofBase = new TreeMap<>(all.getOrDefault(parameter.base(), Map.of()));
            ofBase.put(parameter.code(), parameter);
            all.put(parameter.base(), ofBase);
        }
        return new SearchParameters(all);
    }

    private static SearchParameters read(String table) {
        var byBase = new HashMap<String, Map<String, SearchParameter>>();
        for (var type : Definitions.r4().resourceTypes()) {
            byBase.put(type, new TreeMap<>());
        }
        for (var line : lines(table)) {
            var columns = line.split("\t", -1);
            if (columns[0].equals("Resource")) {
                byBase.forEach((type, all) -> all.put(columns[1], parameter(type, columns)));
            } else {
                byBase.computeIfAbsent(columns[0], _ -> new TreeMap<>())
                        .put(columns[1], parameter(columns[0], columns));
            }
        }
        return new SearchParameters(byBase);
    }

    private static List<String> lines(String table) {
        try (var in = SearchParameters.class.getResourceAsStream(table)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The table of search parameters is missing from this build: " + table);
            }
            return new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Columns: base, code, type, url, expression, targets, then three for each component.
    private static SearchParameter parameter(String base, String[] columns) {
        var components = new ArrayList<SearchParameter.Component>();
        for (var i = 6; i < columns.length; i += 3) {
            components.add(
                    new SearchParameter.Component(
                            columns[i], type(columns[i + 1]), columns[i + 2]));
        }
        return new SearchParameter(
                base,
                columns[1],
                type(columns[2]),
                columns[3],
                columns[4],
                columns[5].isEmpty() ? List.of() : List.of(columns[5].split(" ")),
                components);
    }

    private static ParameterType type(String code) {
        return ParameterType.valueOf(code.toUpperCase(Locale.ROOT));
    }

    /// Holder, so that the table is read on first use.
    private static final class R4 {
        static final SearchParameters PARAMETERS = read("r4.parameters");
    }
}
