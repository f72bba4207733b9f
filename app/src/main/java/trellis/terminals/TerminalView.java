package trellis.terminals;

import java.util.Optional;

/// The page of a locked terminal.
///
/// @param failed whether the last try let nobody in
record TerminalView(boolean failed) {

    /// Somebody's own badge and PIN.
    ///
    /// @param has which of them there are
    /// @param badgeError what is wrong with the badge that was tapped
    /// @param pinError what is wrong with the PIN that was typed
    /// @param done what has just been changed: badge, pin, no-badge, no-pin; empty for nothing
    record Own(
            Terminals.Has has,
            Optional<String> badgeError,
            Optional<String> pinError,
            String done) {

        /// What has just been changed, in words; empty for nothing.
        public Optional<String> said() {
            return switch (done) {
                case "badge" -> Optional.of("Your badge is set.");
                case "pin" -> Optional.of("Your PIN is set.");
                case "no-badge" -> Optional.of("Your badge lets nobody in any more.");
                case "no-pin" -> Optional.of("Your PIN is removed.");
                default -> Optional.empty();
            };
        }
    }
}
