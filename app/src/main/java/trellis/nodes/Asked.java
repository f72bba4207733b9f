package trellis.nodes;

import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.people.NhsNumber;

/// A request that another node makes for one of its staff, believed as far as who makes it.
///
/// @param node which other node
/// @param caller who asks there, as they are written down here
/// @param number of the person it is about
/// @param opened whether they opened the record there with a reason
/// @param source from where it came
public record Asked(
        Node node, Caller caller, NhsNumber number, boolean opened, AuditEntry.Source source) {

    /// What was done, as the audit here says it.
    ///
    /// @param what in a few words
    public String line(String what) {
        return what + (opened ? ", opened there with a reason" : "");
    }
}
