package trellis.api;

import java.util.Map;
import java.util.Optional;

/// A request as it can be kept to be answered later: what was sent, without who sent it.
///
/// @param method of HTTP
/// @param base address of this server's API, no slash at the end
/// @param address path and query below the base, as they were sent
/// @param headers those that change the answer, each under its name
/// @param body as it was sent, unpacked; empty for none
public record Asked(
        String method,
        String base,
        String address,
        Map<String, String> headers,
        Optional<byte[]> body) {
    public Asked {
        headers = Map.copyOf(headers);
    }

    /// The whole address.
    public String url() {
        return address.isEmpty() || address.startsWith("?") ? base + address : base + "/" + address;
    }
}
