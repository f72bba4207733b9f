package trellis.fhir.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A resource together with those it contains: the room in which `#id` references find their target.
final class Scope {
    /// The contained resource being walked has the place -1 while the walk is in the outer one.
    static final int OUTER = -1;

    private final ObjectNode root;
    private final Map<String, String> typeById = new HashMap<>();
    private final Set<String> mentioned = new HashSet<>();
    private final Set<Integer> pointingOut = new HashSet<>();
    private int within = OUTER;

    Scope(ObjectNode root) {
        this.root = root;
        for (var contained : Elements.each(root, "contained")) {
            typeById.put(Elements.text(contained, "id"), Elements.text(contained, "resourceType"));
        }
    }

    /// Says that the walk is now in the contained resource at that place, or [#OUTER].
    void within(int place) {
        within = place;
    }

    boolean contained() {
        return within != OUTER;
    }

    boolean hasContained() {
        return !typeById.isEmpty();
    }

    /// Notes a local address, `#id` or `#`, wherever it stands.
    void mention(String address) {
        if (address.length() == 1) {
            pointingOut.add(within);
        } else {
            mentioned.add(address.substring(1));
        }
    }

    /// The type of what a local address leads to; empty when it leads nowhere.
    Optional<String> typeOf(String address) {
        @Nullable String type =
                address.length() == 1
                        ? Elements.text(root, "resourceType")
                        : typeById.get(address.substring(1));
        return Optional.ofNullable(type);
    }

    /// Whether something points at the contained resource, or it points at its container.
    boolean isConnected(int place, ObjectNode contained) {
        return mentioned.contains(Elements.text(contained, "id")) || pointingOut.contains(place);
    }
}
