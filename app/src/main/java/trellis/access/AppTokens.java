package trellis.access;

import java.util.Optional;

/// Knows the tokens that were given to apps. Whoever gives them out knows them.
public interface AppTokens {

    /// Whose tokens these are: one word, different for each who gives some out.
    String kind();

    /// Who uses an app with this token; empty when it is not good, or not any more.
    Optional<Caller> caller(String token);

    /// Who that is now who has shown a token before, which may have ended by itself since; empty when it was taken back, or
    /// the app or the account may not do anything any more.
    ///
    /// @param then who it was
    /// @param hash of the token, as [Askers#hash] makes it
    Optional<Caller> again(Caller then, String hash);
}
