package trellis.page;

/// What was asked for has to wait: another page comes first, such as the one that asks for a reason.
public final class Elsewhere extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String address;

    /// @param address of the page that comes first, on this server
    public Elsewhere(String address) {
        super("another page comes first");
        this.address = address;
    }

    String address() {
        return address;
    }
}
