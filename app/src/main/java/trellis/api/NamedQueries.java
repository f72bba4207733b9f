package trellis.api;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Believed;
import trellis.store.Store;

/// The named queries in the CapabilityStatement: among the operations of each type that they search, by the name that `_query` takes
/// (https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.resource.operation). Active ones are the
/// word of whoever runs the server, and say nothing of anybody's record.
@Component
final class NamedQueries implements Supplement {
    private final Store store;
    private final Clock clock;
    private final Believed<String, List<Named>> known = new Believed<>();

    NamedQueries(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// One of them.
    ///
    /// @param definition the canonical address
    private record Named(String name, String definition, Set<String> types) {}

    @Override
    public List<?> state() {
        return all();
    }

    @Override
    public void describe(String type, ObjectNode resource) {
        var there = new HashSet<String>();
        for (var one : all()) {
            // Of two with one name the first is the one that is asked.
            if (one.types().contains(type) && there.add(one.name())) {
                resource.withArray("operation")
                        .addObject()
                        .put("name", one.name())
                        .put("definition", one.definition());
            }
        }
    }

    private List<Named> all() {
        return known.get(
                        "",
                        clock.instant(),
                        () -> Optional.of(new Believed.Good<>(read(), Instant.MAX)))
                .orElseThrow();
    }

    private List<Named> read() {
        return SearchQueries.all(store::search).stream().map(NamedQueries::named).toList();
    }

    private static Named named(ObjectNode definition) {
        var name = definition.path("code").asString("");
        var types = new HashSet<String>();
        definition.path("resource").forEach(one -> types.add(one.asString("")));
        return new Named(
                name,
                // One without an address is called as those that come with the server are.
                definition.path("url").asString("urn:trellis:query:" + name),
                Set.copyOf(types));
    }
}
