package trellis.store;

import java.util.ArrayList;
import java.util.List;

/// What lies above a URI: the same URI, cut before a slash (https://hl7.org/fhir/R4/search.html#uri).
public final class Uris {

    private static final int MOST = 12;

    private Uris() {}

    /// The URIs above this one, the longest first; none for one without a path, such as a URN.
    public static List<String> above(String uri) {
        var above = new ArrayList<String>();
        var host = uri.indexOf("://");
        if (host < 0) {
            return above;
        }
        for (var end = uri.lastIndexOf('/');
                end > host + 2 && above.size() < MOST;
                end = uri.lastIndexOf('/', end - 1)) {
            if (end < uri.length() - 1) {
                above.add(uri.substring(0, end));
            }
        }
        return above;
    }
}
