package trellis.api;

import java.util.List;
import java.util.Optional;
import trellis.fhir.Refused;

/// What a search by `:in`, `:not-in`, `:above` and `:below`, and FHIRPath, ask about codes; answered by whoever holds code systems
/// and value sets. (https://hl7.org/fhir/R4/search.html#token)
public interface CodeSets {

    /// One code of one system.
    ///
    /// @param system the system's address; empty for a code without one
    record Code(String system, String code) {}

    /// A code system of which a release has been loaded.
    ///
    /// @param current whether it is the one that counts when nobody names a version
    record Loaded(String system, String version, boolean current) {}

    /// Releases that have been loaded, by system and version.
    List<Loaded> loaded();

    /// The codes of a value set, in no particular order.
    ///
    /// @param valueSet its canonical address, perhaps with `|version`, or `ValueSet/id`
    /// @param most how many are wanted at the most
    /// @throws Refused when there is no such value set, it cannot be expanded here, or it has more codes than that
    List<Code> members(String valueSet, int most);

    /// What the questions of one request are put to.
    Membership membership();

    /// Whether value sets have codes, as they were when first asked about. The value sets of one request are expanded once each,
    /// and all within the bound of one expansion.
    @FunctionalInterface
    interface Membership {

        /// Empty when there is no such value set or it cannot be told here.
        ///
        /// @param valueSet as in [#members]
        /// @param code with an empty system: of whichever system the value set has it
        /// @throws Refused with `too-costly` when all value sets asked about together take too much work
        Optional<Boolean> holds(String valueSet, Code code);
    }

    /// Whether the first code is the second or subsumes it; empty when their system is not held here or has no such codes.
    Optional<Boolean> subsumes(Code general, Code special);

    /// A code and all that it subsumes.
    ///
    /// @throws Refused when the system is not held here, has no such code, or more lie below than wanted
    List<Code> below(Code code, int most);

    /// A code and all that subsume it.
    ///
    /// @throws Refused as [#below]
    List<Code> above(Code code, int most);
}
