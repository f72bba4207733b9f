package trellis.store;

import java.util.Optional;
import java.util.Set;

/// What somebody asks of histories.
///
/// @param scope of what
/// @param span only versions that were made, or were current, then
/// @param count how many versions a page has at most; 0 asks for the total alone
/// @param after where the page begins; empty for the first
/// @param total whether to count the versions; of one resource alone
/// @param sight what whoever asks may see
public record HistoryQuery(
        Scope scope,
        Span span,
        int count,
        Optional<HistoryPage.Place> after,
        boolean total,
        Sight sight) {

    /// Whose versions.
    public sealed interface Scope {
        /// Of one resource.
        record Of(String type, String id) implements Scope {}

        /// Of all resources of a type.
        record OfType(String type) implements Scope {}

        /// Of all resources of some types.
        record OfTypes(Set<String> types) implements Scope {
            public OfTypes {
                types = Set.copyOf(types);
            }
        }

        /// Of all there is.
        record OfAll() implements Scope {}
    }

    /// Moments in microseconds since 1970 UTC.
    ///
    /// @param since versions made then or later
    /// @param from versions that were current at some moment from here
    /// @param to up to here, not included
    public record Span(long since, long from, long to) {
        /// No limits.
        public static final Span ALWAYS = new Span(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);

        boolean asksWhatWasCurrent() {
            return from != Long.MIN_VALUE;
        }
    }
}
