package trellis.access;

import java.util.Arrays;
import java.util.Optional;

/// What something is seen for. The national data opt-out speaks of the purposes beyond a person's own
/// care.
public enum Purpose {
    /// The person's own care, and what serves it directly.
    CARE("care", "the person's own care"),
    /// Running and planning services: commissioning, improvement, registries.
    PLANNING("planning", "planning of services"),
    RESEARCH("research", "research");

    private final String code;
    private final String words;

    Purpose(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /// As settings and the database name it.
    public String code() {
        return code;
    }

    /// As it is shown to people.
    public String words() {
        return words;
    }

    /// Whether an opt-out speaks of it.
    public boolean beyondCare() {
        return this != CARE;
    }

    /// Reads [#code].
    public static Optional<Purpose> of(String code) {
        return Arrays.stream(values()).filter(one -> one.code.equals(code)).findFirst();
    }
}
