package trellis.settings;

/// A setting that is unknown or not allowed. The message is one plain sentence for the operator.
public final class SettingsRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsRefused(String message) {
        super(message);
    }
}
