package trellis.store;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A resource made ready to be stored: its bytes, its hash and everything it can be found by.
/// Made by [Preparation]; costs processor time and no database.
///
/// @param type the resource type
/// @param id the logical id
/// @param patient key of the patient whose record it belongs to, or 0
/// @param splice where version and time go into the body, see [Bodies]
/// @param hash of the content without version and time
/// @param body the packed JSON
/// @param rows what it can be found by
/// @param contained what stands within it
/// @param references keys of the resources of this store that it refers to
public record Prepared(
        String type,
        String id,
        long patient,
        int splice,
        byte[] hash,
        byte[] body,
        SearchRows rows,
        List<Within> contained,
        Set<Target> references) {

    public Prepared {
        contained = List.copyOf(contained);
    }

    /// A contained resource.
    ///
    /// @param id its id within this one
    record Within(String type, String id, SearchRows rows) {}

    /// A resource that is referred to.
    ///
    /// @param expression where the reference stands, such as `Observation.subject`
    public record Target(String type, String id, String expression) {
        long key() {
            return Keys.resource(type, id);
        }
    }

    /// The same, with its references named from outside.
    ///
    /// @param place expression of the resource within a Bundle, such as `Bundle.entry[3].resource`
    public Prepared under(String place) {
        var named =
                references.stream()
                        .map(target ->
                                new Target(
                                        target.type(),
                                        target.id(),
                                        place + target.expression().substring(type.length())))
                        .collect(Collectors.toUnmodifiableSet());
        return new Prepared(type, id, patient, splice, hash, body, rows, contained, named);
    }

    /// Whether it states that one of some organisations has to do with its patient.
    ///
    /// @param organisations ids of organisations
    public boolean relates(Set<String> organisations) {
        return organisations.stream()
                .map(id -> Keys.resource("Organization", id))
                .anyMatch(party ->
                        rows.relationships().stream().anyMatch(stated -> stated.party() == party));
    }

    /// What is stored for a resource that is no more.
    static Prepared deletion(String type, String id, long patient) {
        return new Prepared(
                type,
                id,
                patient,
                0,
                new byte[0],
                new byte[0],
                SearchRows.NONE,
                List.of(),
                Set.of());
    }
}
