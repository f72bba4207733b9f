package trellis.api;

import java.util.List;
import trellis.store.Change;
import trellis.store.Write;

/// What is committed together with changes to tell of them: their lines in the audit.
@FunctionalInterface
public interface Trail {

    /// No lines for single changes: whoever makes them writes one line for them all.
    Trail NONE = changes -> List.of();

    /// @param changes about to be made
    List<Write.Alongside<?>> of(List<Change> changes);
}
