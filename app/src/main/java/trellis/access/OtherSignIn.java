package trellis.access;

import java.util.Optional;

/// Another way to sign in than by this server's own accounts' passwords. Whoever knows one offers it.
public interface OtherSignIn {

    /// What the pages about signing in and out say of it.
    ///
    /// @param name of who signs people in, as people know it
    /// @param address where it begins, a path here
    record Offer(String name, String address) {}

    /// What is offered; empty when there is none.
    Optional<Offer> offer();

    /// Why it let somebody in there and this server did not, in plain sentences.
    ///
    /// @param reason a word that this way itself put into the address; anything else is nothing
    Optional<String> refusal(String reason);
}
