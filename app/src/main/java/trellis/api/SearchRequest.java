package trellis.api;

import java.util.List;
import trellis.fhir.Issue;
import trellis.store.SearchQuery;

/// A search that has been read.
///
/// @param query what the store is asked
/// @param used the parameters that were understood, in their order: those of the self link
/// @param warnings what was left out, for the outcome entry of the answer
record SearchRequest(SearchQuery query, List<Parameter> used, List<Issue> warnings) {
    SearchRequest {
        used = List.copyOf(used);
        warnings = List.copyOf(warnings);
    }

    /// The same, where nothing but resources by themselves can be meant, as in the condition of a write.
    SearchRequest whole() {
        if (query.amongContained()) {
            throw SearchProblems.unsupported(
                    "_contained", "_contained belongs to a search at its own address.");
        }
        return this;
    }

    /// What of a match is shown, where that is what stands within it (`_containedType=contained`).
    boolean showsContained() {
        return query.branches().stream()
                .anyMatch(branch -> branch.among() == SearchQuery.Among.CONTAINED);
    }

    /// Whether it is to be told instead of done (`_explain`).
    boolean explained() {
        return SearchControls.once(used, "_explain").filter("true"::equals).isPresent();
    }
}
