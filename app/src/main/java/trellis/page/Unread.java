package trellis.page;

import trellis.access.Caller;

/// What knows how much waits for somebody. The bar of every page says it.
public interface Unread {

    /// How many notices whoever is signed in has not read.
    int unread(Caller caller);
}
