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

    /// Whether it is to be told instead of done (`_explain`).
    boolean explained() {
        return SearchControls.once(used, "_explain").filter("true"::equals).isPresent();
    }
}
