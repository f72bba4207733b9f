package trellis.fhir.graphql;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a query finds resources: those that whoever asks may see.
public interface GraphSource {

    /// A parameter of a search, by its name in FHIR.
    record Parameter(String name, String value) {}

    /// One resource that was found.
    ///
    /// @param mode such as `match`; empty when nothing is said
    /// @param score how well it fits, from 0 to 1; empty when nothing is said
    record Match(ObjectNode resource, Optional<String> mode, Optional<JsonNode> score) {}

    /// A page of what was found.
    ///
    /// @param count how many there are in all
    /// @param offset how many came on the pages before
    /// @param pageSize how many there are on a page
    /// @param links what the argument `cursor` takes to get to the page `first`, `previous`, `next`, `last`
    record Page(
            List<Match> matches,
            Optional<Integer> count,
            Optional<Integer> offset,
            Optional<Integer> pageSize,
            List<Link> links) {
        public Page {
            matches = List.copyOf(matches);
            links = List.copyOf(links);
        }
    }

    /// The way to another page.
    record Link(String relation, String cursor) {}

    /// The current version of a resource.
    ///
    /// @return empty when there is none for whoever asks
    Optional<ObjectNode> read(String type, String id);

    /// What a reference that is neither relative nor contained leads to.
    ///
    /// @return empty when it leads nowhere that can be followed
    Optional<ObjectNode> resolve(String reference);

    /// Resources of a type by what they contain.
    ///
    /// @param counted whether how many there are in all is wanted
    /// @throws trellis.fhir.Refused for a parameter that is none
    Page search(String type, List<Parameter> parameters, boolean counted);

    /// Whether a FHIRPath expression holds for an element.
    ///
    /// @param type of the element, such as `HumanName`
    /// @throws trellis.fhir.Refused when it cannot be read
    boolean holds(String expression, JsonNode element, String type);

    /// The text of the one value that a FHIRPath expression gives for an element.
    ///
    /// @return empty when it gives none
    /// @throws trellis.fhir.Refused when it cannot be read, or gives several
    Optional<String> text(String expression, JsonNode element, String type);
}
