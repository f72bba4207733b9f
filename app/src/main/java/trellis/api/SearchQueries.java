package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;

/// Named queries (`_query`, https://hl7.org/fhir/R4/search.html#query): OperationDefinitions of kind query whose extension
/// [#EXTENSION] is the search that they stand for, with `{name}` where a parameter of theirs goes. Some come with the server, the
/// others are stored. A query gives nobody more than the same search written out.
final class SearchQueries {

    /// The address of the extension: a string, the query of a search.
    static final String EXTENSION = "urn:trellis:query";

    /// How long the search may be that a query stands for.
    static final int LONGEST = 4_000;

    private static final int MOST_NAMED = 50;
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z0-9_.:-]{1,64})}");
    private static final List<ObjectNode> BUILT_IN = read();

    private SearchQueries() {}

    /// What is asked with named queries written out.
    ///
    /// @param stored finds definitions that whoever asks may see; empty when they may search none
    static List<Parameter> written(
            SearchPlace place,
            List<Parameter> parameters,
            Optional<Function<SearchQuery, SearchPage>> stored) {
        var names = parameters.stream().filter(p -> p.name().equals("_query")).toList();
        if (names.isEmpty()) {
            return parameters;
        }
        if (names.size() > 1) {
            throw SearchProblems.value("_query", "A search takes one _query.");
        }
        var type =
                place.type()
                        .orElseThrow(() ->
                                SearchProblems.value(
                                        "_query",
                                        "A named query searches one type: [type]?_query=..."));
        var name = names.getFirst().value();
        var known = new ArrayList<>(stored.map(search -> stored(search, name)).orElse(List.of()));
        known.addAll(BUILT_IN);
        var definition =
                known.stream()
                        .filter(one -> one.path("code").asString("").equals(name))
                        .filter(one -> searches(one, type))
                        .findFirst()
                        .orElseThrow(() -> unknown(type, all(type, stored)));
        return written(definition, parameters);
    }

    /// All there are, those that are stored first.
    ///
    /// @param stored finds definitions
    static List<ObjectNode> all(Function<SearchQuery, SearchPage> stored) {
        var all = new ArrayList<>(definitions(stored));
        all.addAll(BUILT_IN);
        return all;
    }

    private static List<ObjectNode> stored(Function<SearchQuery, SearchPage> search, String name) {
        var code = Keys.code(Keys.salt("OperationDefinition", "code"), name);
        return definitions(search, new Criterion.AnyToken(Set.of(code)));
    }

    private static List<ObjectNode> definitions(
            Function<SearchQuery, SearchPage> search, Criterion... more) {
        var kind = Keys.code(Keys.salt("OperationDefinition", "kind"), "query");
        var status = Keys.code(Keys.salt("OperationDefinition", "status"), "active");
        var criteria = new ArrayList<>(List.of(more));
        criteria.add(new Criterion.AnyToken(Set.of(kind)));
        criteria.add(new Criterion.AnyToken(Set.of(status)));
        return search
                .apply(
                        SearchQuery.of(
                                "OperationDefinition",
                                MOST_NAMED,
                                criteria.toArray(Criterion[]::new)))
                .matches()
                .stream()
                .map(found -> found.json())
                .filter(one -> template(one).isPresent())
                .toList();
    }

    private static Set<String> all(
            String type, Optional<Function<SearchQuery, SearchPage>> stored) {
        var all = stored.map(SearchQueries::all).orElse(BUILT_IN);
        var names = new TreeSet<String>();
        for (var one : all) {
            if (searches(one, type)) {
                names.add(one.path("code").asString(""));
            }
        }
        return names;
    }

    private static RuntimeException unknown(String type, Set<String> names) {
        return SearchProblems.value(
                "_query",
                names.isEmpty()
                        ? "There is no named query of " + type + "."
                        : "There is no such named query of "
                                + type
                                + "; there are "
                                + String.join(", ", names)
                                + ".");
    }

    private static boolean searches(JsonNode definition, String type) {
        for (var one : definition.path("resource")) {
            if (one.asString("").equals(type)) {
                return true;
            }
        }
        return false;
    }

    /// The search that a definition stands for.
    static Optional<String> template(JsonNode definition) {
        for (var extension : definition.path("extension")) {
            if (extension.path("url").asString("").equals(EXTENSION)) {
                return Optional.of(extension.path("valueString").asString(""))
                        .filter(text -> !text.isEmpty());
            }
        }
        return Optional.empty();
    }

    private static List<Parameter> written(JsonNode definition, List<Parameter> parameters) {
        var own = own(definition);
        var given = new HashMap<String, String>();
        var rest = new ArrayList<Parameter>();
        for (var parameter : parameters) {
            if (own.contains(parameter.name())) {
                if (given.put(parameter.name(), parameter.value()) != null) {
                    throw SearchProblems.value(
                            parameter.name(), "A named query takes each parameter once.");
                }
            } else if (!parameter.name().equals("_query")) {
                rest.add(parameter);
            }
        }
        for (var parameter : definition.path("parameter")) {
            var name = parameter.path("name").asString("");
            if (parameter.path("min").asInt(0) > 0 && !given.containsKey(name)) {
                throw SearchProblems.value(
                        name, "This named query needs the parameter \"" + name + "\".");
            }
        }
        var written = new ArrayList<Parameter>();
        for (var parameter : Parameter.parse(template(definition).orElse(""))) {
            filled(parameter, given).ifPresent(written::add);
        }
        var controls = rest.stream().map(Parameter::name).toList();
        // What is asked beside a query counts more than how it comes back when nothing is asked.
        written.removeIf(p -> SearchControls.owns(p.name()) && controls.contains(p.name()));
        written.addAll(rest);
        return written;
    }

    private static Set<String> own(JsonNode definition) {
        var own = new TreeSet<String>();
        for (var parameter : definition.path("parameter")) {
            if (parameter.path("use").asString("").equals("in")) {
                own.add(parameter.path("name").asString(""));
            }
        }
        return own;
    }

    /// A parameter with what was given in its places; empty when something was not given.
    private static Optional<Parameter> filled(Parameter parameter, Map<String, String> given) {
        var places = PLACE.matcher(parameter.value());
        var value = new StringBuilder();
        var from = 0;
        while (places.find()) {
            var filler = given.get(places.group(1));
            if (filler == null) {
                return Optional.empty();
            }
            value.append(parameter.value(), from, places.start()).append(filler);
            from = places.end();
        }
        value.append(parameter.value().substring(from));
        return Optional.of(new Parameter(parameter.name(), value.toString()));
    }

    private static List<ObjectNode> read() {
        try (var in =
                        Objects.requireNonNull(
                                SearchQueries.class.getResourceAsStream("queries.ndjson"));
                var lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return lines.lines().map(line -> Json.parse(line.getBytes(UTF_8))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
