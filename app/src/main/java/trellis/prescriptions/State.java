package trellis.prescriptions;

import java.util.Optional;

/// Where one issue of a prescription is (`EPS-task-business-status`).
sealed interface State {
    String SYSTEM = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";

    /// The issue before it has been dispensed; it waits for its own day.
    record Awaiting() implements State {}

    /// Whoever it is nominated to, or shows its number, may have it.
    record ToBeDispensed() implements State {}

    /// Downloaded, and nothing done yet.
    ///
    /// @param dispenser ODS code of the one who has it
    record WithDispenser(String dispenser) implements State {}

    /// Some of it has been handed over, or is owed.
    record Active(String dispenser) implements State {}

    record Dispensed(String dispenser) implements State {}

    record NotDispensed(String dispenser) implements State {}

    /// @param claim identifier of the claim that counts
    record Claimed(String dispenser, String claim) implements State {}

    /// The time in which it could be claimed has passed.
    record NotClaimed(String dispenser) implements State {}

    record Expired() implements State {}

    record Cancelled() implements State {}

    /// An issue of repeat dispensing whose turn has not come.
    record FutureRepeat() implements State {}

    /// Dated in the future.
    record FuturePrescription() implements State {}

    /// Cancelled before its turn came.
    record FutureCancelled() implements State {}

    /// The code.
    default String code() {
        return switch (this) {
            case Awaiting _ -> "0000";
            case ToBeDispensed _ -> "0001";
            case WithDispenser _ -> "0002";
            case Active _ -> "0003";
            case Expired _ -> "0004";
            case Cancelled _ -> "0005";
            case Dispensed _ -> "0006";
            case NotDispensed _ -> "0007";
            case Claimed _ -> "0008";
            case NotClaimed _ -> "0009";
            case FutureRepeat _ -> "9000";
            case FuturePrescription _ -> "9001";
            case FutureCancelled _ -> "9005";
        };
    }

    /// What the code means, as the service says it.
    default String words() {
        return switch (this) {
            case Awaiting _ -> "Awaiting Release Ready";
            case ToBeDispensed _ -> "To be Dispensed";
            case WithDispenser _ -> "With Dispenser";
            case Active _ -> "With Dispenser - Active";
            case Expired _ -> "Expired";
            case Cancelled _ -> "Cancelled";
            case Dispensed _ -> "Dispensed";
            case NotDispensed _ -> "Not Dispensed";
            case Claimed _ -> "Claimed";
            case NotClaimed _ -> "No-Claimed";
            case FutureRepeat _ -> "Repeat Dispense future instance";
            case FuturePrescription _ -> "Prescription future instance";
            case FutureCancelled _ -> "Cancelled future instance";
        };
    }

    /// Who has it, or had it last.
    default Optional<String> holder() {
        return switch (this) {
            case WithDispenser(var who) -> Optional.of(who);
            case Active(var who) -> Optional.of(who);
            case Dispensed(var who) -> Optional.of(who);
            case NotDispensed(var who) -> Optional.of(who);
            case Claimed(var who, _) -> Optional.of(who);
            case NotClaimed(var who) -> Optional.of(who);
            case Awaiting _,
                    ToBeDispensed _,
                    Expired _,
                    Cancelled _,
                    FutureRepeat _,
                    FuturePrescription _,
                    FutureCancelled _ ->
                    Optional.empty();
        };
    }

    /// Whether it has come to its end, so that the issue after it may have its turn.
    default boolean over() {
        return switch (this) {
            case Dispensed _, NotDispensed _, Claimed _, NotClaimed _ -> true;
            case Awaiting _,
                    ToBeDispensed _,
                    WithDispenser _,
                    Active _,
                    Expired _,
                    Cancelled _,
                    FutureRepeat _,
                    FuturePrescription _,
                    FutureCancelled _ ->
                    false;
        };
    }

    /// As it is kept.
    ///
    /// @param dispenser empty for nobody
    /// @param claim empty for none
    static State of(String code, String dispenser, String claim) {
        return switch (code) {
            case "0000" -> new Awaiting();
            case "0001" -> new ToBeDispensed();
            case "0002" -> new WithDispenser(dispenser);
            case "0003" -> new Active(dispenser);
            case "0004" -> new Expired();
            case "0005" -> new Cancelled();
            case "0006" -> new Dispensed(dispenser);
            case "0007" -> new NotDispensed(dispenser);
            case "0008" -> new Claimed(dispenser, claim);
            case "0009" -> new NotClaimed(dispenser);
            case "9000" -> new FutureRepeat();
            case "9001" -> new FuturePrescription();
            case "9005" -> new FutureCancelled();
            default -> throw new IllegalArgumentException("no state " + code);
        };
    }
}
