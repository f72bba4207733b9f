package trellis.api;

import static java.util.Objects.requireNonNull;

import trellis.access.Caller;
import trellis.store.Write;

/// On what terms a Bundle is processed.
///
/// @param caller who wants it
/// @param base address of this server's API, without a slash at the end; empty when it has none, as
///     at the command line
/// @param references what is asked of references
/// @param trail what is committed with the changes
public record Terms(Caller caller, String base, Write.References references, Trail trail) {
    public Terms {
        requireNonNull(caller);
        requireNonNull(base);
        requireNonNull(references);
        requireNonNull(trail);
    }

    /// Terms of a bulk load from the command line.
    public static Terms load(Caller caller) {
        return new Terms(caller, "", Write.References.UNCHECKED, Trail.NONE);
    }
}
