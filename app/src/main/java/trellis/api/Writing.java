package trellis.api;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.store.Change;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// Hands one change to the store, with its line in the audit and the policy on references.
@Component
final class Writing {
    private final Store store;
    private final Trails trails;
    private final ApiSettings settings;
    private final SearchParser parser;
    private final Narrowing narrowing;

    Writing(
            Store store,
            Trails trails,
            ApiSettings settings,
            SearchParser parser,
            Narrowing narrowing) {
        this.store = store;
        this.trails = trails;
        this.settings = settings;
        this.parser = parser;
        this.narrowing = narrowing;
    }

    /// What is asked of references.
    Write.References references() {
        return settings.references();
    }

    /// A change as the store takes it.
    Write of(FhirRequest request, Change change) {
        return of(request, List.of(change));
    }

    /// Changes as the store takes them.
    Write of(FhirRequest request, List<Change> changes) {
        narrowing.change(request.caller(), changes);
        return new Write(changes, settings.references(), trails.of(request).of(changes));
    }

    /// Makes it.
    Written write(FhirRequest request, Change change) {
        return store.write(of(request, change)).getFirst();
    }

    /// Makes it unless a resource matches the condition; decided and done as one.
    ///
    /// @return what was made, or the resource that matches
    Made write(FhirRequest request, Change change, Condition condition) {
        var work = new UnlessFound(condition, request.caller(), of(request, change));
        var written = store.write(List.of(condition.text()), work);
        return written.isEmpty()
                ? new Made.Found(work.match.orElseThrow())
                : new Made.Anew(written.getFirst());
    }

    /// Looks once more inside the transaction, and remembers what it saw.
    private final class UnlessFound implements Store.Work {
        private final Condition condition;
        private final Caller caller;
        private final Write write;
        private Optional<Stored> match = Optional.empty();

        UnlessFound(Condition condition, Caller caller, Write write) {
            this.condition = condition;
            this.caller = caller;
            this.write = write;
        }

        @Override
        public Write changes(Store.View view) {
            match = condition.match(parser, query -> view.search(narrowing.search(caller, query)));
            return match.isPresent() ? Write.unchecked(List.of()) : write;
        }
    }

    /// What became of a conditional create.
    sealed interface Made {
        /// A resource that was there already.
        record Found(Stored stored) implements Made {}

        /// A new resource.
        record Anew(Written written) implements Made {}
    }
}
