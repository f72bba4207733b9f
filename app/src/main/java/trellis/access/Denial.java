package trellis.access;

/// Why a gate lets somebody not in.
public enum Denial {
    /// Open mode, and the request comes from another machine or another site's page.
    ELSEWHERE,
    /// No `Authorization` header.
    NO_HEADER,
    /// An `Authorization` header without anything in it.
    EMPTY_HEADER,
    /// `Bearer`, and no token.
    NO_TOKEN,
    /// Another scheme, or a token that is mistyped, expired or revoked.
    BAD_TOKEN,
    /// A good token, but not one of the machine itself, which alone may come here.
    NOT_MACHINE,
    /// Too many requests at once.
    TOO_MANY,
    /// The database that knows the tokens is away.
    AWAY
}
