package trellis.apps;

import java.util.List;
import java.util.Optional;

/// The page that asks somebody whether an app may act for them.
///
/// @param app its name
/// @param runs who runs it; may be empty
/// @param client its id
/// @param state what ties the answer to the question
/// @param lines what it asks for
/// @param whom whom it is about
/// @param back query of this page, for the form that names the patient
/// @param error what is wrong with the number that was typed; empty when nothing is
record ConsentView(
        String app,
        String runs,
        String client,
        String state,
        List<ScopeRules.Line> lines,
        Whom whom,
        String back,
        Optional<String> error) {

    /// Whom it is about.
    sealed interface Whom {
        /// Nobody in particular.
        record Nobody() implements Whom {}

        /// It is clear.
        ///
        /// @param id of the patient; empty when it need not be sent
        record One(Optional<String> id, Identity identity) implements Whom {}

        /// One of those whom the person acts for.
        record Some(List<Identity> identities) implements Whom {}

        /// Staff has to say.
        record Asked() implements Whom {}
    }

    /// Who somebody is.
    record Identity(String id, String name, String born, String gender, String nhsNumber) {}

    boolean asks() {
        return whom instanceof Whom.Asked;
    }

    Optional<Whom.One> one() {
        return whom instanceof Whom.One one ? Optional.of(one) : Optional.empty();
    }

    List<Identity> choices() {
        return whom instanceof Whom.Some(var identities) ? identities : List.of();
    }
}
