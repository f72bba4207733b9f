package trellis.api;

import java.util.Set;

/// A named operation beside the interactions, such as `Patient/$everything`
/// (https://hl7.org/fhir/R4/operations.html). To add one, make a bean of this type: it is then found at its addresses,
/// in the entries of a batch, listed in the CapabilityStatement, and refused with 404 and 405 where it is not done.
///
/// What holds everywhere holds here without further ado: who asks is known, refusals thrown as
/// [trellis.fhir.Refused] become OperationOutcomes, and what was done is in the audit before the answer leaves. What does
/// not come by itself is the narrowing: ask `access` for the right ([trellis.access.Access#require]) and for the
/// [trellis.access.Access#sight], and give the sight to each question to the store.
public interface Operation {

    /// At which kind of address.
    enum Level {
        /// `[base]/$name`
        SYSTEM,
        /// `[base]/[type]/$name`
        TYPE,
        /// `[base]/[type]/[id]/$name`
        INSTANCE
    }

    /// What an operation is called and where it is done.
    ///
    /// @param name without the dollar sign
    /// @param definition the canonical address of its OperationDefinition
    /// @param levels where it is done
    /// @param types the resource types it is done on; empty for each that is stored. Of no meaning at the level of the system
    /// @param affectsState whether it changes anything; then it takes a POST and no GET
    record Signature(
            String name,
            String definition,
            Set<Level> levels,
            Set<String> types,
            boolean affectsState) {
        public Signature {
            levels = Set.copyOf(levels);
            types = Set.copyOf(types);
        }

        /// One that is only looked at.
        public static Signature looking(
                String name, String definition, Set<String> types, Level... levels) {
            return new Signature(name, definition, Set.of(levels), types, false);
        }

        /// One that changes something.
        public static Signature changing(
                String name, String definition, Set<String> types, Level... levels) {
            return new Signature(name, definition, Set.of(levels), types, true);
        }
    }

    /// What it is called and where it is done; always the same.
    Signature signature();

    /// Whether it is done later whatever is asked: then it takes no request without `Prefer: respond-async`, and says itself where its
    /// state can be asked.
    default boolean deferred() {
        return false;
    }

    /// The parameter that a content is which is no Parameters: who has one resource to hand over may send it by itself.
    default String contentParameter() {
        return "resource";
    }

    /// Does it.
    ///
    /// @throws trellis.fhir.Refused when it is not done
    OperationAnswer answer(OperationRequest request);
}
