package trellis.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.search.SearchParameters;
import trellis.store.SearchQuery.Among;
import trellis.store.SearchQuery.Branch;
import trellis.store.SearchQuery.Include;
import trellis.store.SearchQuery.Total;
import trellis.store.SearchQuery.Via;

/// What a write writes to, and what an answer depends on, as keys: the record of a patient, a resource that belongs to nobody, all
/// resources of a type. An answer can have changed only if something was written to one of its scopes.
final class Scopes {
    /// An answer that depends on more is soon out of date.
    private static final int MOST = 12;

    private static final int MOST_VALUES = 100;

    private Scopes() {}

    /// The record of a patient.
    static long patient(String id) {
        return Keys.resource("Patient", id);
    }

    /// All resources of a type. No resource has this key: no type is called so.
    static long type(String name) {
        return Keys.resource("type", name);
    }

    /// One resource that is there: the record that it belongs to, or itself.
    static long of(Stored stored) {
        return of(stored.type(), stored.id(), stored.patient());
    }

    private static long of(String type, String id, long patient) {
        return patient != 0 ? patient : Keys.resource(type, id);
    }

    /// What versions are written to.
    static Set<Long> of(Collection<WriteSql.Row> rows) {
        var scopes = new HashSet<Long>();
        rows.forEach(row ->
                add(scopes, row.content().type(), row.content().id(), row.content().patient()));
        return scopes;
    }

    static void add(Set<Long> scopes, String type, String id, long patient) {
        scopes.add(of(type, id, patient));
        scopes.add(type(type));
    }

    /// What the answer to a search depends on; empty where that is more than rows, such as the time or the words that others have given
    /// a code, or too much.
    static Optional<Set<Long>> of(SearchQuery query) {
        var scopes = new HashSet<Long>();
        var known =
                query.total() != Total.ESTIMATE
                        && isOfRows(query.sight())
                        && query.branches().stream().allMatch(branch -> add(scopes, branch))
                        && query.includes().stream().allMatch(include -> add(scopes, include));
        return known && scopes.size() <= MOST ? Optional.of(scopes) : Optional.empty();
    }

    private static boolean add(Set<Long> scopes, Branch branch) {
        if (branch.among() != Among.WHOLE) {
            return false;
        }
        var patient = patient(branch.criteria());
        scopes.add(patient.map(Scopes::patient).orElse(type(branch.type())));
        return branch.criteria().stream().allMatch(criterion -> add(scopes, criterion));
    }

    /// The one patient whose record is searched.
    private static Optional<String> patient(List<Criterion> criteria) {
        return criteria.stream()
                .filter(one -> one instanceof Criterion.OfPatients(var ids) && ids.size() == 1)
                .map(one -> ((Criterion.OfPatients) one).ids().iterator().next())
                .findFirst();
    }

    /// Adds what a criterion depends on beside the row that it is asked of.
    ///
    /// @return whether that is known
    private static boolean add(Set<Long> scopes, Criterion criterion) {
        return switch (criterion) {
            // A question with thousands of values would be kept with them.
            case Criterion.Ids(var ids) -> ids.size() <= MOST_VALUES;
            case Criterion.OfPatients(var ids) -> ids.size() <= MOST_VALUES;
            case Criterion.AnyToken(var hashes, _) -> hashes.size() <= MOST_VALUES;
            case Criterion.AnyIdentifier(var hashes) -> hashes.size() <= MOST_VALUES;
            case Criterion.AnyValue(_, var tests) -> isShort(tests);
            case Criterion.Updated _,
                    Criterion.Common _,
                    Criterion.Worded _,
                    Criterion.Near _,
                    Criterion.Together _,
                    Criterion.Present _,
                    Criterion.Leads _ ->
                    true;
            // The words of a code are those that any resource has given it.
            case Criterion.Labelled _ -> false;
            case Criterion.Refers(_, var target, var criteria) -> {
                scopes.add(type(target));
                yield criteria.stream().allMatch(one -> add(scopes, one));
            }
            case Criterion.ReferredFrom(var parameter, var criteria) -> {
                scopes.add(type(parameter.base()));
                yield criteria.stream().allMatch(one -> add(scopes, one));
            }
            case Criterion.AllOf(var parts) -> parts.stream().allMatch(one -> add(scopes, one));
            case Criterion.AnyOf(var options) -> options.stream().allMatch(one -> add(scopes, one));
            case Criterion.Not(var inner) -> add(scopes, inner);
        };
    }

    private static boolean isShort(List<Criterion.Test> tests) {
        return tests.size() <= MOST_VALUES
                && tests.stream()
                        .noneMatch(test ->
                                test instanceof Criterion.Test.Begins(var moments)
                                        && moments.size() > MOST_VALUES);
    }

    /// Without a target whatever it refers to comes along; what that can be is known of R4's own parameters.
    private static boolean add(Set<Long> scopes, Include include) {
        if (!(include.via() instanceof Via.Parameter(var parameter))) {
            return false;
        }
        if (include.reverse()) {
            scopes.add(type(parameter.base()));
            return true;
        }
        var targets = include.target().map(List::of).orElse(parameter.targets());
        targets.forEach(target -> scopes.add(type(target)));
        return include.target().isPresent()
                || SearchParameters.r4()
                        .find(parameter.base(), parameter.code())
                        .filter(own -> own.equals(parameter) && !targets.isEmpty())
                        .isPresent();
    }

    /// Whether what may be seen of a row depends on that row alone.
    static boolean isOfRows(Sight sight) {
        return switch (sight) {
            case Sight.Everything _, Sight.Own _ -> true;
            case Sight.Related _ -> false;
            case Sight.Narrowed narrowed ->
                    narrowed.beyond().isEmpty()
                            && isOfRows(narrowed.whole())
                            && narrowed.only().values().stream().allMatch(Scopes::isOfRow);
        };
    }

    private static boolean isOfRow(Criterion criterion) {
        var more = new HashSet<Long>();
        return add(more, criterion) && more.isEmpty();
    }
}
