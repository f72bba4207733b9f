package trellis.jobs;

/// A command was called with arguments it does not take. The message says which.
public final class UsageRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageRefused(String message) {
        super(message);
    }
}
