package trellis.api;

import java.util.List;
import java.util.Optional;
import trellis.access.Caller;
import trellis.store.Change;
import trellis.store.Write;

/// What a capability commits together with changes that somebody asks for over the API, or not at all. A capability makes one
/// a bean; nobody calls it but this package.
public interface Companion {

    /// @param caller who makes the changes
    /// @param base address of this server's API as they called it, no slash at the end
    /// @param changes about to be made
    /// @return rows of a table of the capability's own; empty when the changes do not concern it
    Optional<Write.Alongside<?>> of(Caller caller, String base, List<Change> changes);
}
