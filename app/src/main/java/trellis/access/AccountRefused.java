package trellis.access;

/// Something about an account or a token cannot be done. The message is one plain sentence for the
/// operator.
public final class AccountRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AccountRefused(String message) {
        super(message);
    }
}
