package trellis.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.search.SearchParameter;

/// A search as the store understands it: parsed, checked, with its parameters resolved.
///
/// @param branches what is looked for, one for each resource type searched; a resource is found by the one of its type
/// @param count how many matches a page has at most; 0 asks for the total alone
/// @param after where the page begins; empty for the first
/// @param total whether, and how well, to count all matches
/// @param includes what else to bring
/// @param barred types of which nothing is brought along
/// @param sight what whoever asks may see
public record SearchQuery(
        List<Branch> branches,
        int count,
        Optional<SearchPage.Cursor> after,
        Total total,
        List<Include> includes,
        Set<String> barred,
        Sight sight) {

    public SearchQuery {
        branches = List.copyOf(branches);
        includes = List.copyOf(includes);
        barred = Set.copyOf(barred);
    }

    /// What is looked for of one type.
    ///
    /// @param type the resource type searched
    /// @param criteria all of which must hold
    /// @param sort what the matches are ordered by; then, always, by row, newest first. Each branch of a query has as many keys, of
    ///     the same kinds in the same directions
    /// @param among where it is looked for
    public record Branch(String type, List<Criterion> criteria, List<Sort> sort, Among among) {
        public Branch {
            criteria = List.copyOf(criteria);
            sort = List.copyOf(sort);
        }

        /// Among resources by themselves.
        public Branch(String type, List<Criterion> criteria, List<Sort> sort) {
            this(type, criteria, sort, Among.WHOLE);
        }
    }

    /// Where a branch looks, and what a match stands for.
    public enum Among {
        /// Resources by themselves.
        WHOLE,
        /// What stands within resources; each match is one of these.
        CONTAINED,
        /// What stands within resources; each match is what contains it, once.
        CONTAINERS,
        /// The same, but for what matches by itself.
        OTHER_CONTAINERS
    }

    /// Whether some of what is looked for stands within resources.
    public boolean amongContained() {
        return branches.stream().anyMatch(branch -> branch.among() != Among.WHOLE);
    }

    /// Whether matches are counted.
    public enum Total {
        /// They are not.
        NONE,
        /// As the database guesses, from its statistics.
        ESTIMATE,
        /// One by one, in the page's own snapshot.
        ACCURATE
    }

    /// A query of one type that is not narrowed.
    public SearchQuery(
            String type,
            List<Criterion> criteria,
            List<Sort> sort,
            int count,
            Optional<SearchPage.Cursor> after,
            boolean total,
            List<Include> includes) {
        this(
                List.of(new Branch(type, criteria, sort)),
                count,
                after,
                total ? Total.ACCURATE : Total.NONE,
                includes,
                Set.of(),
                Sight.everything());
    }

    /// The type of the first branch.
    public String type() {
        return branches.getFirst().type();
    }

    /// The criteria of the first branch.
    public List<Criterion> criteria() {
        return branches.getFirst().criteria();
    }

    /// What the first branch is ordered by.
    public List<Sort> sort() {
        return branches.getFirst().sort();
    }

    /// The same query of other branches.
    SearchQuery of(List<Branch> others) {
        return new SearchQuery(others, count, after, total, includes, barred, sight);
    }

    /// The same query as somebody may ask it.
    public SearchQuery seenBy(Sight whose) {
        return new SearchQuery(branches, count, after, total, includes, barred, whose);
    }

    /// The same, that brings nothing of some types along.
    public SearchQuery without(Set<String> types) {
        return new SearchQuery(branches, count, after, total, includes, types, sight);
    }

    /// The same, from where a page ended.
    public SearchQuery from(SearchPage.Cursor cursor) {
        return new SearchQuery(
                branches, count, Optional.of(cursor), total, includes, barred, sight);
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
        ///
        /// @param inRow whether the value stands in the resource's own row; the store finds out
        record By(SearchParameter parameter, boolean descending, boolean inRow) implements Sort {

            public By(SearchParameter parameter, boolean descending) {
                this(parameter, descending, false);
            }
        }

        /// By the time of the last change.
        record ByLastUpdated(boolean descending) implements Sort {}

        /// By id.
        record ById(boolean descending) implements Sort {}
    }

    /// Resources to bring with the matches.
    ///
    /// @param via what is followed
    /// @param target only targets of this type; empty for any
    /// @param reverse whether to bring those that refer to what is there (`_revinclude`)
    /// @param iterate whether what has been brought is followed too, and not the matches alone
    public record Include(Via via, Optional<String> target, boolean reverse, boolean iterate) {

        /// By one parameter, from the matches alone.
        public Include(SearchParameter parameter, Optional<String> target, boolean reverse) {
            this(new Via.Parameter(parameter), target, reverse, false);
        }
    }

    /// Which references an include follows.
    public sealed interface Via {

        /// Those of one parameter.
        record Parameter(SearchParameter parameter) implements Via {}

        /// All that resources of a type have.
        record AllOf(String type) implements Via {}

        /// All.
        record All() implements Via {}
    }
}
