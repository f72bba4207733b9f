package trellis.access;

import tools.jackson.databind.node.ObjectNode;

/// A request that a service beside the API refuses, in the service's own words.
public abstract class ServiceRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param what for the log: no word of whoever asks
    protected ServiceRefusal(String what) {
        super(what, null, false, false);
    }

    /// Of HTTP.
    public abstract int status();

    /// What is answered.
    public abstract ObjectNode body();
}
