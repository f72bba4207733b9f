package trellis.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.store.Criterion;
import trellis.store.Keys;

/// Token parameters: `code`, `system|code`, `|code`, `system|`
/// (https://hl7.org/fhir/R4/search.html#token). Codes are compared letter by letter.
final class SearchTokens {

    static final List<String> MODIFIERS = List.of("missing", "not");

    private SearchTokens() {}

    static Criterion criterion(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        var whole = true;
        for (var value : asked.values()) {
            whole &= !value.endsWith("|");
            hashes.add(hash(asked, asked.salt(), value));
        }
        var tokens =
                whole && identifies(asked)
                        ? new Criterion.AnyIdentifier(hashes)
                        : new Criterion.AnyToken(hashes);
        return asked.modifier().equals("not") ? new Criterion.Not(tokens) : tokens;
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
        return Set.of("identifier", "_id").contains(asked.parameter().code())
                && Definitions.r4()
                        .at(asked.parameter().expression())
                        .filter(found -> found.type().name().equals("Identifier"))
                        .isPresent();
    }
}
