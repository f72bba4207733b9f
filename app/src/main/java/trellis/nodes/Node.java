package trellis.nodes;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/// Another server that this one meets.
///
/// @param name by which it calls itself, such as `north`
/// @param organisation whose it is, as people know it
/// @param ods codes of the organisations that it answers for, and whose staff it speaks for
/// @param address where it is, without a slash at the end
/// @param certificate subject of its certificate, as RFC 2253 writes it
/// @param believed whether its word that an organisation treats a person is enough
public record Node(
        String name,
        String organisation,
        Set<String> ods,
        URI address,
        String certificate,
        boolean believed) {
    /// What names look like; two words are not names, because lists say them of this server and of the locator.
    static final Pattern NAME = Pattern.compile("(?!(here|locator)$)[a-z0-9][a-z0-9-]{0,39}");

    public Node {
        ods = Set.copyOf(ods);
    }

    /// Whether something lies at this node.
    ///
    /// @param url absolute
    public boolean serves(String url) {
        return url.startsWith(address + "/");
    }
}
