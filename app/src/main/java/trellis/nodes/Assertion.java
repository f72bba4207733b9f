package trellis.nodes;

import java.time.Instant;
import trellis.access.Role;
import trellis.people.NhsNumber;

/// What a node says about who asks.
///
/// @param from name of the node that says it
/// @param to name of the node that it is said to
/// @param id good once
/// @param until not good after that
/// @param staff who asks
/// @param number of the person it is about
/// @param opened whether they opened the record with a reason, rather than by a relationship
record Assertion(
        String from,
        String to,
        String id,
        Instant until,
        Staff staff,
        NhsNumber number,
        boolean opened) {

    /// Who asks.
    ///
    /// @param id theirs at their own node
    /// @param name as they are known at work
    /// @param role what they are there
    /// @param organisation name of whom they ask for
    /// @param ods its code
    record Staff(String id, String name, Role role, String organisation, String ods) {}
}
