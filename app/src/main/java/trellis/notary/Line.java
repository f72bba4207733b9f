package trellis.notary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A line of the audit as the tree holds it: everything it says, in one unmistakable sequence of bytes.
/// Independent of how lines are written.
///
/// @param seq its number in the table
/// @param parts what it says, in the order of [#PARTS]
/// @param patients whom it touched: every patient in order with the time before it
record Line(long seq, List<String> parts, List<String> patients) {
    private static final int VERSION = 1;

    /// The parts of version 1: the caller's and the client's key stand before what they lead to.
    static final List<String> PARTS =
            List.of(
                    "seq",
                    "at",
                    "caller",
                    "account",
                    "caller_key",
                    "caller_account",
                    "name",
                    "role",
                    "organisation",
                    "ods_code",
                    "came",
                    "agent",
                    "agent_key",
                    "agent_name",
                    "action",
                    "status",
                    "ver",
                    "what",
                    "rtype",
                    "fid",
                    "query",
                    "address",
                    "request",
                    "patient",
                    "others");

    Line {
        parts = List.copyOf(parts);
        patients = List.copyOf(patients);
    }

    /// What it says, by the names of the parts.
    Map<String, String> said() {
        var said = new LinkedHashMap<String, String>();
        for (var i = 0; i < PARTS.size(); i++) {
            said.put(PARTS.get(i), parts.get(i));
        }
        return said;
    }

    /// The sequence: the version, how many parts and patients there are, then each in UTF-8 after its length.
    private byte[] bytes() {
        var bytes = new ByteArrayOutputStream(400);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(parts.size() + patients.size());
            write(out, parts);
            write(out, patients);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, List<String> texts) throws IOException {
        for (var text : texts) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /// Its hash as a leaf.
    byte[] leaf() {
        return Merkle.leaf(bytes());
    }
}
