package trellis.api;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Catalogue;
import trellis.store.Keys;

/// One parameter of a search with what was asked of it.
///
/// @param name as sent, for outcomes
/// @param parameter what it names
/// @param modifier empty when there is none
/// @param values the alternatives, still escaped; none is empty
/// @param scene where the search takes place
record SearchAsked(
        String name, SearchParameter parameter, String modifier, List<String> values, Scene scene) {

    /// What does not change from one parameter to the next.
    ///
    /// @param base address of this server's API, no slash at the end; empty when not known
    /// @param all the parameters there are
    /// @param codes who holds code systems and value sets, if somebody does
    /// @param catalogue what of the store can be searched by
    /// @param lookups finds what a search has to know beforehand
    record Scene(
            String base,
            Clock clock,
            SearchParameters all,
            Optional<CodeSets> codes,
            Catalogue catalogue,
            SearchLookups lookups) {}

    long salt() {
        return Keys.salt(parameter);
    }

    /// Goes on only when what an older program stored can be found as what this one stores.
    void checkComplete() {
        if (!scene.catalogue().isComplete()) {
            throw SearchProblems.notReady("The modifier :" + modifier);
        }
    }

    /// The values, unescaped.
    Set<String> plain() {
        return values.stream().map(SearchText::plain).collect(Collectors.toSet());
    }

    /// The same question to another parameter.
    SearchAsked of(SearchParameter other, String value) {
        return new SearchAsked(name, other, "", List.of(value), scene);
    }
}
