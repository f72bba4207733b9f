package trellis.subscriptions;

import java.util.Optional;

/// A way to a receiver. It holds one message at a time and remembers none.
sealed interface Sender permits RestHookApi, MailApi, SocketChanges {

    /// What is sent.
    ///
    /// @param method of HTTP
    /// @param path to be added to the endpoint; empty for none
    /// @param body empty for none
    /// @param type media type of the body; empty for none
    /// @param words the same for people to read
    record Message(String method, String path, byte[] body, String type, String words) {}

    /// Sends one message, and waits until the receiver has taken it.
    ///
    /// @param standing as it was held a moment ago
    /// @return why it was not taken, in words that hold nothing of a record; empty when it was
    Optional<String> send(Standing standing, Wanted wanted, Message message);
}
