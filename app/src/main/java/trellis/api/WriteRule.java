package trellis.api;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Resource;

/// A law of some domain that holds on every road into the store: create, update, delete, Bundles,
/// imports and operations. A capability makes one a bean; nobody calls it but this package.
public interface WriteRule {

    /// The resource types it concerns; empty for all.
    Set<String> types();

    /// Looks at a change before it is made.
    ///
    /// @return why it must not be made; empty when nothing speaks against it
    Optional<Problem> check(Proposed change);

    /// What is kept of a content that may be stored: the content itself, unless part of it is a secret that nobody may read
    /// again.
    default ObjectNode kept(Proposed.Put change) {
        return change.content().json();
    }

    /// A change that somebody wants to make.
    sealed interface Proposed {

        /// Who wants it.
        Caller caller();

        /// The resource type.
        String type();

        /// The logical id.
        String id();

        /// Store this content under its id.
        ///
        /// @param content with its id; has passed validation
        record Put(Caller caller, Resource content) implements Proposed {
            @Override
            public String type() {
                return content.type();
            }

            @Override
            public String id() {
                return content.id().orElse("");
            }
        }

        /// Delete.
        record Delete(Caller caller, String type, String id) implements Proposed {}
    }
}
