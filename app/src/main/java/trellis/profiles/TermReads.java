package trellis.profiles;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;
import trellis.codes.CodeSystems;
import trellis.codes.Library;
import trellis.codes.Release;
import trellis.codes.Selection;
import trellis.codes.Validation;
import trellis.codes.ValueSets;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.Units;

/// What the validator asks about codes, answered by what R4 and UK Core bring, and else by this server's own terminology: nobody
/// who may write a value set can change what a published one holds. What is not held here is not known, which is a warning and never an error.
final class TermReads {
    /// Tags of languages, a grammar and no list (BCP 47).
    static final String LANGUAGES = "urn:ietf:bcp:47";

    private static final String ALL_LANGUAGES = "http://hl7.org/fhir/ValueSet/all-languages";
    private static final int MOST_KEPT = 2_000;
    private static final int LONGEST_KEPT = 1_000;

    private final Library library;
    private final DefinitionReads.Lookups<Release> systems = new DefinitionReads.Lookups<>();
    private final DefinitionReads.Lookups<ObjectNode> valueSets = new DefinitionReads.Lookups<>();
    private final Map<String, Members> selections = new ConcurrentHashMap<>();

    /// An answer about one code.
    sealed interface Answer {
        /// It is right.
        ///
        /// @param remark what should be known all the same; empty for nothing
        record Right(String display, String remark) implements Answer {}

        /// It is not.
        record Wrong(String why) implements Answer {}

        /// That cannot be told here.
        record Unknown(String why) implements Answer {}
    }

    /// The members of a value set, or why they cannot be told.
    private sealed interface Members {
        record Told(Selection selection) implements Members {}

        record Untold(String why) implements Members {}
    }

    /// @param held what this server holds
    /// @param published what counts before it, by type, address and version
    TermReads(Library held, DefinitionReads published) {
        this.library =
                new Library() {
                    @Override
                    public Optional<Release> codeSystem(String system, String version) {
                        return systems.find(
                                system + "|" + version,
                                () ->
                                        published
                                                .terminology("CodeSystem", system, version)
                                                .map(CodeSystems::read)
                                                .or(() -> held.codeSystem(system, version)));
                    }

                    @Override
                    public Optional<ObjectNode> valueSet(String url, String version) {
                        return valueSets.find(
                                url + "|" + version,
                                () ->
                                        published
                                                .terminology("ValueSet", url, version)
                                                .or(() -> held.valueSet(url, version)));
                    }
                };
    }

    /// Keeps so many and no more, and none under a long name, which somebody may have sent.
    static <T> T kept(Map<String, T> all, String key, Supplier<T> make) {
        var there = all.get(key);
        if (there != null) {
            return there;
        }
        var made = make.get();
        if (key.length() <= LONGEST_KEPT) {
            if (all.size() >= MOST_KEPT) {
                all.clear();
            }
            all.put(key, made);
        }
        return made;
    }

    /// Whether a code system is held, whole or in part.
    boolean holds(String system) {
        return library.codeSystem(system, "").isPresent();
    }

    /// A value set by its canonical address, perhaps with `|version`.
    Optional<ObjectNode> valueSet(String canonical) {
        var bar = canonical.indexOf('|');
        return bar < 0
                ? library.valueSet(canonical, "")
                : library.valueSet(canonical.substring(0, bar), canonical.substring(bar + 1));
    }

    /// Whether a code system has a code.
    ///
    /// @param display empty when it is not said
    Answer inSystem(String system, String code, String display) {
        if (system.equals(LANGUAGES)) {
            return language(code);
        }
        if (system.equals(Units.UCUM)) {
            return Units.ucum().has(code)
                    ? new Answer.Right("", "")
                    : new Answer.Wrong("The code is no unit of UCUM.");
        }
        try {
            var release = library.codeSystem(system, "");
            if (release.isEmpty()) {
                return unknown(system);
            }
            if (release.get().concept(code).isEmpty() && !release.get().about().whole()) {
                return new Answer.Unknown(
                        "Of the code system "
                                + system
                                + " only a part is held here: the code was not checked.");
            }
            return judged(
                    display,
                    said ->
                            Validation.of(
                                    release.get(),
                                    new Validation.Coding(system, "", code, said),
                                    "",
                                    true));
        } catch (Refused e) {
            return new Answer.Unknown(why(e));
        }
    }

    private static Answer unknown(String system) {
        return new Answer.Unknown(
                "The code system " + system + " is not held here: the code was not checked.");
    }

    private static Answer language(String tag) {
        try {
            new Locale.Builder().setLanguageTag(tag);
            return new Answer.Right("", "");
        } catch (IllformedLocaleException e) {
            return new Answer.Wrong("The code is no tag of a language (BCP 47).");
        }
    }

    /// Whether a value set has a code.
    ///
    /// @param canonical of the value set
    /// @param system empty when it is not said
    Answer inValueSet(String canonical, String system, String code, String display) {
        if (canonical.equals(ALL_LANGUAGES) || canonical.startsWith(ALL_LANGUAGES + "|")) {
            return system.isEmpty() || system.equals(LANGUAGES)
                    ? language(code)
                    : new Answer.Wrong("The code is none of the value set " + canonical + ".");
        }
        var members =
                kept(
                        selections,
                        canonical + " " + system,
                        () ->
                                valueSet(canonical)
                                        .map(json -> members(json, system))
                                        .orElseGet(
                                                () -> new Members.Untold("it is not held here")));
        return switch (members) {
            case Members.Told(var selection) -> member(canonical, selection, system, code, display);
            case Members.Untold(var why) -> untold(canonical, why);
        };
    }

    /// Whether a value set that stands in the resource itself has a code.
    Answer inValueSet(ObjectNode valueSet, String system, String code, String display) {
        return switch (members(valueSet, system)) {
            case Members.Told(var selection) ->
                    member("in the resource", selection, system, code, display);
            case Members.Untold(var why) -> untold("in the resource", why);
        };
    }

    private static Answer untold(String canonical, String why) {
        return new Answer.Unknown("The value set " + canonical + " was not checked: " + why);
    }

    private Members members(ObjectNode json, String system) {
        try {
            return new Members.Told(
                    system.isEmpty()
                            ? ValueSets.select(json, library)
                            : ValueSets.select(json, library, system));
        } catch (Refused e) {
            return new Members.Untold(why(e));
        }
    }

    private static Answer member(
            String canonical, Selection selection, String system, String code, String display) {
        var answer =
                judged(
                        display,
                        said ->
                                Validation.of(
                                        selection,
                                        new Validation.Coding(system, "", code, said),
                                        "",
                                        true));
        return answer instanceof Answer.Wrong
                ? new Answer.Wrong("The code is none of the value set " + canonical + ".")
                : answer;
    }

    /// A code counts without its display: a wrong one is worth a remark.
    private static Answer judged(
            String display, java.util.function.Function<String, Validation> validate) {
        var code = validate.apply("");
        if (!code.result()) {
            return new Answer.Wrong(code.message());
        }
        if (display.isEmpty()) {
            return new Answer.Right(code.display(), code.message());
        }
        var both = validate.apply(display);
        return new Answer.Right(
                code.display(),
                both.result()
                        ? both.message()
                        : "The display is none of the names of the code, which is called: "
                                + code.display());
    }

    private static String why(Refused refused) {
        return switch (refused.problem()) {
            case Problem.Invalid(var issues) when !issues.isEmpty() ->
                    issues.getFirst().diagnostics();
            case Problem.BadRequest(_, var why, _) -> why;
            case Problem.Unavailable unavailable -> throw new Refused(unavailable);
            default -> "it cannot be told here.";
        };
    }
}
