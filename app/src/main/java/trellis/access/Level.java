package trellis.access;

import java.util.Arrays;
import java.util.Optional;

/// How well somebody has proved who they are, as NHS login says it (its vectors of trust, `Pn`).
public enum Level {
    /// An address for mail and a telephone that answer.
    P0,
    /// Details that fit somebody in the demographics service.
    P5,
    /// A document with a photograph, held beside the face.
    P9;

    /// How much of their own record it opens, a word of `permissions.md`.
    String scope() {
        return switch (this) {
            case P0 -> "nothing";
            case P5 -> "details";
            case P9 -> "full";
        };
    }

    /// Reads its name.
    public static Optional<Level> of(String name) {
        return Arrays.stream(values()).filter(level -> level.name().equals(name)).findFirst();
    }
}
