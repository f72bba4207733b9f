package trellis.store;

import java.util.ArrayList;
import java.util.List;

/// What lies above a canonical address with a version: the same address with the version cut before a full stop.
public final class Versions {

    private static final int MOST = 12;

    private Versions() {}

    /// The address with each beginning of its version, the whole last; none for one without a version.
    public static List<String> above(String canonical) {
        var above = new ArrayList<String>();
        var bar = canonical.indexOf('|');
        if (bar <= 0 || bar == canonical.length() - 1) {
            return above;
        }
        for (var end = canonical.indexOf('.', bar);
                end > 0 && above.size() < MOST;
                end = canonical.indexOf('.', end + 1)) {
            above.add(canonical.substring(0, end));
        }
        above.add(canonical);
        return above;
    }
}
