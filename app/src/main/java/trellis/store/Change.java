package trellis.store;

import java.util.OptionalLong;

/// One change of one resource. Everything that can be done outside the transaction (text, hashes,
/// search rows) has been done when a change is handed to the store.
public sealed interface Change {

    /// The resource type.
    String type();

    /// The logical id.
    String id();

    /// Refuse with [trellis.fhir.Problem.Stale] unless the current version is this one.
    OptionalLong ifMatch();

    /// Key of the resource.
    default long key() {
        return Keys.resource(type(), id());
    }

    /// Store this content: a new resource, or the next version of one that is there.
    ///
    /// @param mustBeNew refuse with [trellis.fhir.Problem.Conflict] if the id is taken
    record Put(Prepared content, OptionalLong ifMatch, boolean mustBeNew) implements Change {

        /// A content to store under its id, whatever is there.
        public static Put of(Prepared content) {
            return new Put(content, OptionalLong.empty(), false);
        }

        @Override
        public String type() {
            return content.type();
        }

        @Override
        public String id() {
            return content.id();
        }
    }

    /// Delete what is there.
    record Delete(String type, String id, OptionalLong ifMatch) implements Change {}
}
