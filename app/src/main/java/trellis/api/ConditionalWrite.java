package trellis.api;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// Writes that concern what a search finds. Searched, decided and done as one: whoever names the same condition waits, and a
/// resource that somebody else changed after it was found is looked for again.
final class ConditionalWrite {
    /// Changed by others that often between finding and writing: somebody is at it without end.
    private static final int ATTEMPTS = 5;

    private final Store store;
    private final SearchParser parser;
    private final Narrowing narrowing;
    private final Writing writing;

    ConditionalWrite(Store store, SearchParser parser, Narrowing narrowing, Writing writing) {
        this.store = store;
        this.parser = parser;
        this.narrowing = narrowing;
        this.writing = writing;
    }

    /// What became of it.
    ///
    /// @param found what the condition matched
    /// @param changes what was decided on
    /// @param written what became of each change
    record Done(List<Stored> found, List<Change> changes, List<Written> written) {}

    /// The condition in the address of a request.
    ///
    /// @throws Refused with [Problem.BadRequest] when there are no criteria
    static Condition condition(FhirRequest request) {
        var criteria =
                request.parameters().stream()
                        .filter(parameter -> !Preferences.PARAMETERS.contains(parameter.name()))
                        .toList();
        return new Condition("url", request.type(), criteria);
    }

    /// Writes.
    ///
    /// @param most how many resources the condition may match
    /// @param decision what to change, given what was found. Each change of something found names the version found
    /// @throws Refused with [Problem.Ambiguous] when more match
    Done write(
            FhirRequest request,
            Condition condition,
            int most,
            Function<List<Stored>, List<Change>> decision) {
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                var work = new Deciding(request, condition, most, decision);
                var written = store.write(List.of(condition.text()), work);
                return new Done(work.found, work.changes, written);
            } catch (Refused e) {
                var mayLookAgain =
                        e.problem() instanceof Problem.Stale
                                && request.preconditions().ifMatch().isEmpty();
                if (!mayLookAgain) {
                    throw e;
                }
            }
        }
        throw busy();
    }

    /// What is said of a resource that others change all the time.
    static Refused busy() {
        return new Refused(
                new Problem.Unavailable(
                        "What the condition matches is being changed by others again and again",
                        Duration.ofSeconds(1)));
    }

    /// Decides before the transaction begins, and again within it only if something else is found then.
    private final class Deciding implements Store.Work {
        private final FhirRequest request;
        private final Condition condition;
        private final int most;
        private final Function<List<Stored>, List<Change>> decision;
        private List<Stored> found;
        private List<Change> changes;
        private Write write;

        Deciding(
                FhirRequest request,
                Condition condition,
                int most,
                Function<List<Stored>, List<Change>> decision) {
            this.request = request;
            this.condition = condition;
            this.most = most;
            this.decision = decision;
            this.found = search(store::search);
            this.changes = decision.apply(found);
            this.write = writing.of(request, changes);
        }

        @Override
        public Write changes(Store.View view) {
            var now = search(view::search);
            if (!versions(now).equals(versions(found))) {
                found = now;
                changes = decision.apply(found);
                write = writing.of(request, changes);
            }
            return write;
        }

        private List<Stored> search(Function<SearchQuery, SearchPage> search) {
            return condition.matches(
                    parser, query -> search.apply(narrowing.search(request.caller(), query)), most);
        }

        private static List<Store.Version> versions(List<Stored> some) {
            return some.stream()
                    .map(stored -> new Store.Version(stored.row(), stored.version()))
                    .toList();
        }
    }
}
