package trellis.testkit;

import java.util.List;
import trellis.fhir.Issue;

/// What both validators say of one resource.
///
/// @param name where the resource comes from, and how it was broken
/// @param ours our issues, all of them errors
/// @param hapi HAPI's errors as `place: sentence`
record Verdict(String name, List<Issue> ours, List<String> hapi) {

    boolean agreed() {
        return ours.isEmpty() == hapi.isEmpty();
    }

    /// Both sides in a few lines, for somebody who has to find out why.
    @Override
    public String toString() {
        var text = new StringBuilder(name);
        ours.forEach(i ->
                text.append("\n  ours ")
                        .append(i.expression())
                        .append(' ')
                        .append(i.diagnostics()));
        hapi.forEach(m -> text.append("\n  HAPI ").append(m));
        return text.toString();
    }
}
