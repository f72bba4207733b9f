package trellis.registrations;

import java.util.Optional;
import java.util.stream.Stream;

/// Why somebody is no longer registered with any practice (`PDS-RemovalReasonExitCode`).
public enum Removal {
    DEA("Death"),
    EMB("Embarkation"),
    SCT("Transferred to Scotland"),
    NIT("Transferred to Northern Ireland"),
    TRA("Temporary resident not returned"),
    ORR("Other reason");

    private final String words;

    Removal(String words) {
        this.words = words;
    }

    /// As the code system writes it.
    public String words() {
        return words;
    }

    static Optional<Removal> of(String code) {
        return Stream.of(values()).filter(one -> one.name().equals(code)).findFirst();
    }
}
