package trellis.access;

import java.util.Optional;

/// Knows the tokens that were given to apps. Whoever gives them out knows them.
public interface AppTokens {

    /// Who uses an app with this token; empty when it is not good, or not any more.
    Optional<Caller> caller(String token);
}
