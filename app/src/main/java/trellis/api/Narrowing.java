package trellis.api;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.store.Change;
import trellis.store.Claims;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// What a caller may see and do, asked in one place. A search is narrowed before it reaches the
/// store, so that what may not be seen is not fetched: neither found, nor counted, nor guessed at
/// through a chain.
@Component
final class Narrowing {
    private final Access access;
    private final Store store;

    Narrowing(Access access, Store store) {
        this.access = access;
        this.store = store;
    }

    /// Goes on only when the caller may read resources of the type by id.
    ///
    /// @return what the caller may see of them
    Sight read(Caller caller, String type) {
        access.require(caller, Right.READ, type);
        return access.sight(caller);
    }

    /// The current version of a resource.
    ///
    /// @throws Refused when the caller may not read the type, or it is not there, or deleted, or not to be seen
    Stored current(Caller caller, String type, String id) {
        var sight = read(caller, type);
        var name = type + "/" + id;
        var stored =
                Claims.reading(() -> store.read(type, id, sight))
                        .orElseThrow(() -> missing(sight, type, name));
        if (stored.deleted()) {
            throw new Refused(new Problem.Gone(name));
        }
        return stored;
    }

    /// Goes on only when the caller may find resources of the type by anything but their id.
    ///
    /// @return what the caller may see of them
    Sight search(Caller caller, String type) {
        access.require(caller, Right.SEARCH, type);
        return access.sight(caller);
    }

    /// What the caller may see, whatever its type.
    Sight sight(Caller caller) {
        return access.sight(caller);
    }

    /// The types, of some, whose resources the caller may find.
    Set<String> searchable(Caller caller, Collection<String> types) {
        return types.stream()
                .filter(type -> access.maySearch(caller, type))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// That something was not found, in words that do not tell whether it is there.
    static Refused missing(Sight sight, String type, String what) {
        return new Refused(
                sight.limits(type) ? new Problem.Hidden(what) : new Problem.NotFound(what));
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
        for (var branch : query.branches()) {
            access.require(caller, Right.SEARCH, branch.type());
            branch.criteria().forEach(criterion -> check(caller, criterion));
        }
        for (var include : query.includes()) {
            if (include.reverse()) {
                switch (include.via()) {
                    case SearchQuery.Via.Parameter(var parameter) ->
                            access.require(caller, Right.SEARCH, parameter.base());
                    case SearchQuery.Via.AllOf(var type) ->
                            access.require(caller, Right.SEARCH, type);
                    case SearchQuery.Via.All _ -> {}
                }
            }
            include.target().ifPresent(type -> access.require(caller, Right.SEARCH, type));
        }
        var narrowed = query.seenBy(access.sight(caller));
        return query.includes().isEmpty() && !query.amongContained()
                ? narrowed
                : narrowed.without(barred(caller));
    }

    /// The types that do not come along, because the caller may not search them: nothing is followed through them either.
    private Set<String> barred(Caller caller) {
        return Definitions.r4().resourceTypes().stream()
                .filter(type -> !maySearch(caller, type))
                .collect(Collectors.toSet());
    }

    /// Whether a caller may find resources of a type by what they contain.
    boolean maySearch(Caller caller, String type) {
        return access.maySearch(caller, type);
    }

    /// Goes on only when each change concerns what the caller may see. New content must belong to
    /// nobody, to a patient whom the caller has to do with, or be what makes it so: their own
    /// organisation's encounter, or a patient who comes with it.
    void change(Caller caller, List<Change> changes) {
        for (var change : changes) {
            access.requireScope(caller, letter(change), change.type());
        }
        var sight = access.sight(caller);
        if (sight instanceof Sight.Everything) {
            return;
        }
        var own = organisations(sight);
        var patients = new HashMap<Long, String>();
        var coming = new HashSet<Long>();
        for (var change : changes) {
            if (change instanceof Change.Put put && isNewPatient(put)) {
                coming.add(put.key());
            }
            if (sight.limits(change.type())) {
                seen(change, sight);
                if (change instanceof Change.Put put
                        && put.content().patient() != 0
                        && !put.content().relates(own)) {
                    patients.put(put.content().patient(), put.type());
                }
            }
        }
        patients.keySet().removeAll(coming);
        patients.keySet().removeAll(store.known(Set.copyOf(patients.keySet()), sight));
        patients.values().forEach(type -> access.requireRelationship(caller, Right.WRITE, type));
    }

    /// Organisations whose own encounters and the like make the relationship that they need. Through an
    /// app that was launched for one patient nobody begins another.
    private static Set<String> organisations(Sight sight) {
        return switch (sight) {
            case Sight.Everything _, Sight.Own _ -> Set.of();
            case Sight.Related related -> related.organisations();
            case Sight.Narrowed narrowed ->
                    narrowed.patient().isPresent() ? Set.of() : organisations(narrowed.whole());
        };
    }

    private static char letter(Change change) {
        return switch (change) {
            case Change.Put put -> put.mustBeNew() ? 'c' : 'u';
            case Change.Delete _ -> 'd';
        };
    }

    private boolean isNewPatient(Change.Put put) {
        return put.type().equals("Patient")
                && (put.mustBeNew() || store.read(put.type(), put.id()).isEmpty());
    }

    private void seen(Change change, Sight sight) {
        var isNew = change instanceof Change.Put put && put.mustBeNew();
        if (!isNew
                && store.read(change.type(), change.id(), sight).isEmpty()
                && store.read(change.type(), change.id()).isPresent()) {
            throw missing(sight, change.type(), change.type() + "/" + change.id());
        }
    }

    /// Whether the caller may find resources of a type, and read what is found.
    boolean maySee(Caller caller, String type) {
        return access.maySearch(caller, type) && access.mayRead(caller, type);
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
                    Criterion.Common _,
                    Criterion.Labelled _,
                    Criterion.Near _,
                    Criterion.Worded _,
                    Criterion.Together _,
                    Criterion.Leads _,
                    Criterion.Present _ -> {}
        }
    }
}
