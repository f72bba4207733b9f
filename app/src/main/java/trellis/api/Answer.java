package trellis.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.store.Stored;
import trellis.store.Written;

/// What an interaction answers.
///
/// @param status of HTTP
/// @param version the version of the resource that the answer is about
/// @param location where what was made can be read
/// @param body JSON as UTF-8; empty for none
/// @param headers further headers
/// @param touched what goes into the audit before the answer leaves
/// @param parts a Bundle that is made while it is sent, in place of a body; empty for a body
record Answer(
        int status,
        Optional<Version> version,
        Optional<String> location,
        byte[] body,
        Map<String, String> headers,
        List<Touched> touched,
        Optional<OperationAnswer.Parts> parts) {

    private static final byte[] NOTHING = {};

    /// A version and when it was made.
    record Version(String etag, Instant lastUpdated) {
        static Version of(Stored stored) {
            return new Version(stored.etag(), stored.lastUpdated());
        }

        static Version of(Written written) {
            return new Version(written.etag(), written.lastUpdated());
        }
    }

    /// A status alone.
    static Answer of(int status) {
        return new Answer(
                status,
                Optional.empty(),
                Optional.empty(),
                NOTHING,
                Map.of(),
                List.of(),
                Optional.empty());
    }

    Answer with(byte[] content) {
        return new Answer(status, version, location, content, headers, touched, parts);
    }

    Answer about(Version which) {
        return new Answer(status, Optional.of(which), location, body, headers, touched, parts);
    }

    Answer at(String url) {
        return new Answer(status, version, Optional.of(url), body, headers, touched, parts);
    }

    Answer header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, version, location, body, more, touched, parts);
    }

    Answer audited(Touched... what) {
        return audited(List.of(what));
    }

    Answer audited(List<Touched> what) {
        return new Answer(status, version, location, body, headers, what, parts);
    }

    /// An answer whose Bundle is made while it is sent.
    Answer streamed(OperationAnswer.Parts bundle) {
        return new Answer(status, version, location, body, headers, touched, Optional.of(bundle));
    }

    /// The same with all of its Bundle made, for what goes into another Bundle.
    Answer collected() {
        if (parts.isEmpty()) {
            return this;
        }
        var all = BundleBytes.under(parts.get().heading());
        var lines = new ArrayList<>(touched);
        try (var stream = parts.get().parts()) {
            stream.forEachOrdered(part -> {
                lines.addAll(part.touched());
                part.entries()
                        .forEach(entry -> all.add(entry.fullUrl(), entry.resource(), entry.rest()));
            });
        }
        return new Answer(
                status, version, location, all.toBytes(), headers, lines, Optional.empty());
    }
}
