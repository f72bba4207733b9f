package trellis.@name@;

/// What is true of this capability whatever is stored: no reading, no writing, no clock.
final class @Name@Rules {
    private @Name@Rules() {}

    /// A title as it is shown: without space around it.
    static String title(String text) {
        return text.strip();
    }
}
