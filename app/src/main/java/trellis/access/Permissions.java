package trellis.access;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.store.Basis;

/// The tables of `permissions.md`, read once. A type that the file does not name is clinical; an
/// area, word or role it does not know stops the start.
final class Permissions {
    static final String FILE = "/trellis/access/permissions.md";

    /// The scope of a parent's leave for a child from 11 to 16.
    static final String YOUNG = "young";

    private static final String CLINICAL = "clinical";
    private static final Set<String> NOBODYS_AREAS = Set.of("directory", "definitions");
    private static final Set<String> NOBODYS_TYPES = Set.of("Medication", "Substance");
    private static final Set<Right> NOTHING = EnumSet.noneOf(Right.class);

    private final Map<String, Map<Role, Set<Right>>> rights = new HashMap<>();
    private final Map<String, String> areas = new HashMap<>();
    private final Map<String, Set<Role>> related = new HashMap<>();
    private final Map<Basis, Duration> lasts = new EnumMap<>(Basis.class);
    private final Set<Basis> steadfast = EnumSet.noneOf(Basis.class);
    private final Map<Reader, Set<String>> sealed = new EnumMap<>(Reader.class);
    private final Map<String, Set<String>> scopes = new LinkedHashMap<>();

    /// For whom something is sealed.
    enum Reader {
        STAFF(3),
        PERSON(4),
        PROXY(5);

        /// The column that says so.
        private final int column;

        Reader(int column) {
            this.column = column;
        }
    }

    private Permissions(String text) {
        var tables = tables(text);
        var roles = roles(tables.getFirst().getFirst());
        tables.getFirst().stream()
                .skip(1)
                .forEach(row -> rights.put(row.getFirst(), rights(row, roles)));
        tables.get(1).stream()
                .skip(1)
                .forEach(row -> words(row.get(1)).forEach(type -> place(type, row.getFirst())));
        tables.get(2).stream()
                .skip(1)
                .forEach(row ->
                        related.put(
                                row.getFirst(),
                                words(row.get(1)).stream()
                                        .map(Permissions::role)
                                        .collect(Collectors.toSet())));
        tables.get(3).stream().skip(1).forEach(this::basis);
        for (var reader : Reader.values()) {
            sealed.put(
                    reader,
                    tables.get(4).stream()
                            .skip(1)
                            .filter(row -> row.get(reader.column).equals("sealed"))
                            .map(row -> row.get(0) + "|" + row.get(1))
                            .collect(Collectors.toSet()));
        }
        tables.get(5).stream()
                .skip(1)
                .forEach(row -> scopes.put(row.getFirst(), types(row.getLast())));
    }

    /// What is built into the server.
    static Permissions builtIn() {
        try (var in = requireNonNull(Permissions.class.getResourceAsStream(FILE))) {
            return new Permissions(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean allows(Role role, Right right, String type) {
        return role == Role.SYSTEM
                || requireNonNull(rights.get(area(type)))
                        .getOrDefault(role, NOTHING)
                        .contains(right);
    }

    /// Whether a role sees resources of a type only of people whom its organisation has to do with.
    boolean needsRelationship(Role role, String type) {
        return related.getOrDefault(area(type), Set.of()).contains(role);
    }

    /// Whether a role needs a relationship for anything at all.
    boolean limited(Role role) {
        return related.values().stream().anyMatch(roles -> roles.contains(role));
    }

    /// How long each basis goes on after its end.
    Map<Basis, Duration> lasts() {
        return Map.copyOf(lasts);
    }

    /// Bases that hold although the patient dissents from sharing.
    Set<Basis> steadfast() {
        return Set.copyOf(steadfast);
    }

    /// Labels of what is sealed for somebody, each `system|code`.
    Set<String> sealed(Reader reader) {
        return Set.copyOf(requireNonNull(sealed.get(reader)));
    }

    /// The words that say how much of a record a person sees.
    Set<String> scopes() {
        return Collections.unmodifiableSet(scopes.keySet());
    }

    /// The types of a record that a scope shows.
    Set<String> scope(String word) {
        return requireNonNull(scopes.get(word), word);
    }

    /// Whether what belongs to nobody and has this type is for everybody.
    boolean anyones(String type) {
        return NOBODYS_AREAS.contains(area(type)) || NOBODYS_TYPES.contains(type);
    }

    /// The area a resource type belongs to.
    String area(String type) {
        return areas.getOrDefault(type, CLINICAL);
    }

    /// The types that the file names.
    Set<String> named() {
        return Set.copyOf(areas.keySet());
    }

    private void basis(List<String> row) {
        var basis = basis(row.getFirst());
        lasts.put(basis, days(row.getLast()));
        if (row.get(2).equals("yes")) {
            steadfast.add(basis);
        }
    }

    private Set<String> types(String cell) {
        var words = words(cell);
        return Definitions.r4().resourceTypes().stream()
                .filter(type -> words.contains(type) || words.contains(area(type)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private void place(String type, String area) {
        if (!rights.containsKey(area) || areas.put(type, area) != null) {
            throw new IllegalStateException(FILE + ": " + type + " has no area, or more than one");
        }
    }

    private static List<Role> roles(List<String> heading) {
        return heading.stream().skip(1).map(Permissions::role).toList();
    }

    private static Role role(String words) {
        return Arrays.stream(Role.values())
                .filter(role -> role.words().equals(words))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(FILE + ": no role " + words));
    }

    private static Map<Role, Set<Right>> rights(List<String> row, List<Role> roles) {
        var all = new EnumMap<Role, Set<Right>>(Role.class);
        for (var i = 0; i < roles.size(); i++) {
            var cell = row.get(i + 1);
            var some = EnumSet.noneOf(Right.class);
            if (!cell.equals("-")) {
                words(cell).forEach(word -> some.add(right(word)));
            }
            all.put(roles.get(i), some);
        }
        return all;
    }

    private static Basis basis(String word) {
        return Arrays.stream(Basis.values())
                .filter(basis -> basis.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(FILE + ": no basis " + word));
    }

    private static Duration days(String text) {
        return Duration.ofDays(Long.parseLong(text.replace(" days", "")));
    }

    private static Right right(String word) {
        return Arrays.stream(Right.values())
                .filter(right -> right.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(FILE + ": no right " + word));
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.split(",")).map(String::strip).toList();
    }

    /// The tables of a Markdown text, each a list of rows of cells, without the ruler below the
    /// heading.
    private static List<List<List<String>>> tables(String text) {
        var tables = new ArrayList<List<List<String>>>();
        var inside = false;
        for (var line : text.lines().toList()) {
            var row = line.startsWith("|");
            if (row && !inside) {
                tables.add(new ArrayList<>());
            }
            inside = row;
            if (row && !line.startsWith("| ---")) {
                tables.getLast()
                        .add(
                                Arrays.stream(line.substring(1).split("\\|"))
                                        .map(String::strip)
                                        .toList());
            }
        }
        return tables;
    }
}
