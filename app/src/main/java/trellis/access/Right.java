package trellis.access;

import java.util.Locale;

/// What may be done with resources of a type.
public enum Right {
    /// One resource by its id, its versions, its history.
    READ,
    /// Many by what they contain; also as the far end of a chain, of `_has`, of an include.
    SEARCH,
    /// Create, update, delete.
    WRITE;

    /// The word in `permissions.md`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The letters by which SMART's scopes grant it; one of them is enough.
    String letters() {
        return switch (this) {
            case READ -> "r";
            case SEARCH -> "s";
            case WRITE -> "cud";
        };
    }
}
