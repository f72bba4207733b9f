package trellis.prescriptions;

import java.util.Arrays;
import java.util.Optional;

/// How far one item of a prescription is (`medicationdispense-type`).
enum LineStatus {
    DISPENSED("0001", "Item fully dispensed"),
    NOT_DISPENSED("0002", "Item not dispensed"),
    PARTIAL("0003", "Item dispensed - partial"),
    OWING("0004", "Item not dispensed - owing"),
    CANCELLED("0005", "Item cancelled"),
    EXPIRED("0006", "Expired"),
    TO_BE_DISPENSED("0007", "Item to be dispensed"),
    WITH_DISPENSER("0008", "Item with dispenser");

    static final String SYSTEM = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";

    private final String code;
    private final String words;

    LineStatus(String code, String words) {
        this.code = code;
        this.words = words;
    }

    String code() {
        return code;
    }

    String words() {
        return words;
    }

    /// Whether nothing more comes.
    boolean over() {
        return switch (this) {
            case DISPENSED, NOT_DISPENSED, CANCELLED, EXPIRED -> true;
            case PARTIAL, OWING, TO_BE_DISPENSED, WITH_DISPENSER -> false;
        };
    }

    /// Whether some of it, or all, has been handed over.
    boolean handedOver() {
        return this == DISPENSED || this == PARTIAL;
    }

    static Optional<LineStatus> of(String code) {
        return Arrays.stream(values()).filter(status -> status.code.equals(code)).findFirst();
    }
}
