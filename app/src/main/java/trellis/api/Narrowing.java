package trellis.api;

import java.util.List;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Stored;

/// What a caller may see and do, asked in one place. A search is narrowed before it reaches the
/// store, so that what may not be seen is not fetched: neither found, nor counted, nor guessed at
/// through a chain.
@Component
final class Narrowing {
    private final Access access;

    Narrowing(Access access) {
        this.access = access;
    }

    /// Goes on only when the caller may read resources of the type by id.
    void read(Caller caller, String type) {
        access.require(caller, Right.READ, type);
    }

    /// Goes on only when the caller may create, change and delete resources of the type.
    void write(Caller caller, String type) {
        access.require(caller, Right.WRITE, type);
    }

    /// A query as the caller may ask it.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.Forbidden] when it names, anywhere, a
    ///     type that the caller may not search
    SearchQuery search(Caller caller, SearchQuery query) {
        access.require(caller, Right.SEARCH, query.type());
        query.criteria().forEach(criterion -> check(caller, criterion));
        for (var include : query.includes()) {
            if (include.reverse()) {
                access.require(caller, Right.SEARCH, include.parameter().base());
            }
            include.target().ifPresent(type -> access.require(caller, Right.SEARCH, type));
        }
        return query;
    }

    /// Of what was brought along with the matches, what the caller may see.
    List<Stored> included(Caller caller, List<Stored> resources) {
        return resources.stream().filter(r -> access.maySearch(caller, r.type())).toList();
    }

    private void check(Caller caller, Criterion criterion) {
        switch (criterion) {
            case Criterion.Refers(_, var target, var criteria) -> {
                access.require(caller, Right.SEARCH, target);
                criteria.forEach(c -> check(caller, c));
            }
            case Criterion.ReferredFrom(var parameter, var criteria) -> {
                access.require(caller, Right.SEARCH, parameter.base());
                criteria.forEach(c -> check(caller, c));
            }
            case Criterion.AllOf(var parts) -> parts.forEach(c -> check(caller, c));
            case Criterion.AnyOf(var options) -> options.forEach(c -> check(caller, c));
            case Criterion.Not(var inner) -> check(caller, inner);
            case Criterion.Ids _,
                    Criterion.OfPatients _,
                    Criterion.Updated _,
                    Criterion.AnyToken _,
                    Criterion.AnyIdentifier _,
                    Criterion.AnyValue _,
                    Criterion.Together _,
                    Criterion.Present _ -> {}
        }
    }
}
