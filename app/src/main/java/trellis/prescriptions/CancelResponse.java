package trellis.prescriptions;

/// What becomes of a cancellation (`medicationrequest-status-history`).
enum CancelResponse {
    CANCELLED("R-0001", "Prescription/item was cancelled"),
    WITH_DISPENSER(
            "R-0002",
            "Prescription/item was not cancelled. With dispenser. Marked for cancellation"),
    WITH_DISPENSER_ACTIVE(
            "R-0003",
            "Prescription/item was not cancelled. With dispenser active. Marked for cancellation"),
    DISPENSED("R-0004", "Prescription/item was not cancelled. Prescription has been dispensed"),
    EXPIRED("R-0005", "Prescription/item was not cancelled. Prescription has expired"),
    ALREADY_CANCELLED("R-0006", "Prescription/item had already been cancelled"),
    ASKED_BY_ANOTHER("R-0007", "Prescription/item cancellation requested by another prescriber"),
    NOT_FOUND("R-0008", "Prescription/item not found"),
    DISABLED("R-0009", "Cancellation functionality disabled in Spine"),
    NOT_DISPENSED(
            "R-0010", "Prescription/item was not cancelled. Prescription has been not dispensed"),
    UNABLE("R-5000", "Unable to process message. Information missing or invalid"),
    INVALID_MESSAGE("R-5888", "Invalid message");

    static final String SYSTEM = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";

    private final String code;
    private final String words;

    CancelResponse(String code, String words) {
        this.code = code;
        this.words = words;
    }

    String code() {
        return code;
    }

    String words() {
        return words;
    }

    /// Whether it waits for a dispenser, and another answer follows.
    boolean pending() {
        return this == WITH_DISPENSER || this == WITH_DISPENSER_ACTIVE;
    }
}
