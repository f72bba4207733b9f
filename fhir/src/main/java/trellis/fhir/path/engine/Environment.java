package trellis.fhir.path.engine;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import trellis.fhir.Resource;

/// What an expression may ask of the world outside the resource. Everything but the time has an
/// answer of its own here: that nothing is known.
public interface Environment {

    /// What `now()` and its like go by, the same throughout one evaluation.
    ZonedDateTime now();

    /// The resource that a reference or address leads to, for `resolve()`. What is contained or
    /// stands in the same Bundle has been looked for before.
    default Optional<Resource> resolve(String reference) {
        return Optional.empty();
    }

    /// Whether a code is in a value set, for `memberOf()`; empty when that is not known.
    default Optional<Boolean> memberOf(Coded code, String valueSet) {
        return Optional.empty();
    }

    /// Whether the first code subsumes the other, for `subsumes()`; empty when that is not known.
    default Optional<Boolean> subsumes(Coded general, Coded special) {
        return Optional.empty();
    }

    /// Whether an element conforms to a profile, for `conformsTo()`; empty when that is not known.
    /// The types of the base specification have been looked for before.
    default Optional<Boolean> conformsTo(Node element, String profile) {
        return Optional.empty();
    }

    /// A variable `%name` that is none of the specification's.
    default Optional<List<Value>> variable(String name) {
        return Optional.empty();
    }

    /// Told what `trace()` was given; must not keep values of the record where others see them.
    default void traced(String name, List<Value> values) {}

    /// One that knows only the time.
    static Environment at(Clock clock) {
        return () -> ZonedDateTime.now(clock);
    }

    /// A code of a system.
    ///
    /// @param system empty when none was given
    record Coded(String system, String code) {}
}
