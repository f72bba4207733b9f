package trellis.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.Keys;

/// Token parameters: `code`, `system|code`, `|code`, `system|`
/// (https://hl7.org/fhir/R4/search.html#token). Codes are compared letter by letter.
final class SearchTokens {

    static final List<String> MODIFIERS =
            List.of("above", "below", "in", "missing", "not", "not-in", "text");

    /// How many codes of value sets and hierarchies one parameter may stand for.
    static final int MOST_CODES = 10_000;

    private SearchTokens() {}

    static Criterion criterion(SearchAsked asked) {
        if (List.of("text", "of-type").contains(asked.modifier())) {
            asked.checkComplete();
        }
        return switch (asked.modifier()) {
            case "text" -> labelled(asked);
            case "of-type" -> typed(asked);
            case "in" -> codes(asked);
            case "not-in" -> new Criterion.Not(codes(asked));
            case "above", "below" -> codes(asked);
            default -> plain(asked);
        };
    }

    private static Criterion labelled(SearchAsked asked) {
        return new Criterion.Labelled(
                asked.parameter(),
                asked.values().stream()
                        .map(value -> SearchStrings.normal(asked, value))
                        .collect(Collectors.toSet()));
    }

    private static Criterion typed(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        for (var value : asked.values()) {
            var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
            if (pieces.size() != 3 || pieces.contains("")) {
                throw SearchProblems.value(
                        asked.name(),
                        "With :of-type an identifier is written system|code|value, the first two of"
                                + " the kind of identifier.");
            }
            hashes.add(Keys.typed(asked.salt(), pieces.get(0), pieces.get(1), pieces.get(2)));
        }
        return new Criterion.AnyToken(hashes);
    }

    /// The codes that value sets hold, or that lie above or below others.
    private static Criterion codes(SearchAsked asked) {
        var held =
                asked.scene()
                        .codes()
                        .orElseThrow(() ->
                                SearchProblems.unsupported(
                                        asked.name(),
                                        "The modifier \":"
                                                + asked.modifier()
                                                + "\" needs a terminology service, and this server"
                                                + " has none."));
        var hashes = new HashSet<Long>();
        for (var value : asked.values()) {
            for (var code : codes(asked, held, value, MOST_CODES - hashes.size())) {
                hashes.add(hash(asked, code));
            }
        }
        return new Criterion.AnyToken(hashes);
    }

    private static List<CodeSets.Code> codes(
            SearchAsked asked, CodeSets held, String value, int most) {
        if (asked.modifier().endsWith("in")) {
            return held.members(SearchText.plain(value), most);
        }
        var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
        if (pieces.size() != 2 || pieces.contains("")) {
            throw SearchProblems.value(
                    asked.name(), "With :" + asked.modifier() + " a code is written system|code.");
        }
        var code = new CodeSets.Code(pieces.get(0), pieces.get(1));
        return asked.modifier().equals("above") ? held.above(code, most) : held.below(code, most);
    }

    private static long hash(SearchAsked asked, CodeSets.Code code) {
        return implied(asked, code.system(), code.code())
                ? Keys.code(asked.salt(), code.code())
                : Keys.token(asked.salt(), code.system(), code.code());
    }

    private static Criterion plain(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        var whole = true;
        for (var value : asked.values()) {
            whole &= !value.endsWith("|");
            hashes.add(hash(asked, asked.salt(), value));
        }
        if (whole && identifies(asked)) {
            var identifiers = new Criterion.AnyIdentifier(hashes);
            return asked.modifier().equals("not") ? new Criterion.Not(identifiers) : identifiers;
        }
        if (asked.modifier().equals("not")) {
            return new Criterion.Not(new Criterion.AnyToken(hashes));
        }
        var recorded = whole && asked.scene().catalogue().isKeptInRecords(asked.parameter());
        return new Criterion.AnyToken(hashes, recorded);
    }

    /// The hash that stands for a value.
    static long hash(SearchAsked asked, long salt, String value) {
        var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
        if (pieces.size() > 2 || (pieces.size() == 2 && value.equals("|"))) {
            throw SearchProblems.value(
                    asked.name(),
                    "A token is written code, system|code, |code or system|; a | within a code is"
                            + " written \\|.");
        }
        if (pieces.size() == 1) {
            return Keys.code(salt, pieces.getFirst());
        }
        var system = pieces.get(0);
        var code = pieces.get(1);
        if (code.isEmpty()) {
            return Keys.system(salt, system);
        }
        return implied(asked, system, code)
                ? Keys.code(salt, code)
                : Keys.token(salt, system, code);
    }

    /// Whether an element of type `code` has this system without saying so: the one that its required
    /// binding gives the code. Such an element is stored as its code alone.
    private static boolean implied(SearchAsked asked, String system, String code) {
        return Definitions.r4()
                .at(asked.parameter().expression())
                .filter(found -> found.type().name().equals("code"))
                .flatMap(found -> found.element().requiredCodes())
                .filter(codes -> codes.contains(system, code))
                .isPresent();
    }

    /// Whether all values of the parameter are Identifiers, for which there is an ordered index.
    private static boolean identifies(SearchAsked asked) {
        return identifies(asked.parameter());
    }

    static boolean identifies(SearchParameter parameter) {
        return Set.of("identifier", "_id").contains(parameter.code())
                && Definitions.r4()
                        .at(parameter.expression())
                        .filter(found -> found.type().name().equals("Identifier"))
                        .isPresent();
    }
}
