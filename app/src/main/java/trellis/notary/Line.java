package trellis.notary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A line of the audit as the tree holds it: everything it says, in one unmistakable sequence of bytes.
/// Independent of how lines are written.
///
/// @param seq its number in the table
/// @param bytes version 1: how many parts, then each in UTF-8 after its length, in this order: seq, at,
///     the caller's key and account, what the key leads to (key, account, name, role, organisation, ODS
///     code, how they came), the client's key, what it leads to (key, name), action, status, version,
///     what, type, id, query, address, request, first patient, how many others, and every patient in
///     order with the time beside it
/// @param said what it says, by the names of the parts
/// @param patients whom it touched
record Line(long seq, byte[] bytes, Map<String, String> said, List<String> patients) {
    private static final int VERSION = 1;

    /// A line of these parts.
    ///
    /// @param said every part by its name, in the order of version 1
    /// @param patients every patient with the time beside it
    static Line of(long seq, Map<String, String> said, List<String> patients) {
        var parts = new ArrayList<>(said.values());
        parts.addAll(patients);
        var bytes = new ByteArrayOutputStream(400);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(parts.size());
            for (var part : parts) {
                var text = part.getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Line(seq, bytes.toByteArray(), said, patients);
    }

    /// Its hash as a leaf.
    byte[] leaf() {
        return Merkle.leaf(bytes);
    }
}
