package trellis.store;

import java.util.List;
import java.util.Optional;
import trellis.fhir.search.SearchParameter;

/// A search as the store understands it: parsed, checked, with its parameters resolved.
///
/// @param type the resource type searched
/// @param criteria all of which must hold
/// @param sort what the matches are ordered by; then, always, by row, newest first
/// @param count how many matches a page has at most; 0 asks for the total alone
/// @param after where the page begins; empty for the first
/// @param total whether to count all matches
/// @param includes what else to bring
/// @param sight what whoever asks may see
public record SearchQuery(
        String type,
        List<Criterion> criteria,
        List<Sort> sort,
        int count,
        Optional<SearchPage.Cursor> after,
        boolean total,
        List<Include> includes,
        Sight sight) {

    public SearchQuery {
        criteria = List.copyOf(criteria);
        sort = List.copyOf(sort);
        includes = List.copyOf(includes);
    }

    /// A query that is not narrowed.
    public SearchQuery(
            String type,
            List<Criterion> criteria,
            List<Sort> sort,
            int count,
            Optional<SearchPage.Cursor> after,
            boolean total,
            List<Include> includes) {
        this(type, criteria, sort, count, after, total, includes, Sight.everything());
    }

    /// The same query as somebody may ask it.
    public SearchQuery seenBy(Sight whose) {
        return new SearchQuery(type, criteria, sort, count, after, total, includes, whose);
    }

    /// The same, from where a page ended.
    public SearchQuery from(SearchPage.Cursor cursor) {
        return new SearchQuery(
                type, criteria, sort, count, Optional.of(cursor), total, includes, sight);
    }

    /// A first page by criteria alone, newest first.
    public static SearchQuery of(String type, int count, Criterion... criteria) {
        return new SearchQuery(
                type, List.of(criteria), List.of(), count, Optional.empty(), false, List.of());
    }

    /// One key of the order.
    public sealed interface Sort {
        boolean descending();

        /// By a parameter's values: lowest ascending, highest descending; absent last.
        record By(SearchParameter parameter, boolean descending) implements Sort {}

        /// By the time of the last change.
        record ByLastUpdated(boolean descending) implements Sort {}

        /// By id.
        record ById(boolean descending) implements Sort {}
    }

    /// Resources to bring with the matches.
    ///
    /// @param parameter the reference parameter followed
    /// @param target only targets of this type; empty for any
    /// @param reverse whether to bring those that refer to the matches (`_revinclude`)
    public record Include(SearchParameter parameter, Optional<String> target, boolean reverse) {}
}
