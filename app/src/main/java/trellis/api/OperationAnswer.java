package trellis.api;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// What an [Operation] answers.
public sealed interface OperationAnswer {

    /// A resource, or nothing but a status.
    ///
    /// @param status of HTTP
    /// @param body JSON as UTF-8; empty for none
    /// @param headers further ones
    /// @param touched what goes into the audit; when empty, one line says that the operation was carried out
    record Whole(int status, byte[] body, Map<String, String> headers, List<Touched> touched)
            implements OperationAnswer {
        public Whole {
            headers = Map.copyOf(headers);
            touched = List.copyOf(touched);
        }
    }

    /// A Bundle that is sent while it is made, so that it may be larger than the memory. The status is 200; refuse before
    /// you answer this. A fault on the way breaks the connection off: what arrives in part is never taken for the whole.
    /// One line of the audit says that the operation was carried out, and each part has its own.
    ///
    /// @param heading everything but the entries
    /// @param parts taken one after the other, and closed; each is in the audit before it is sent
    record Parts(ObjectNode heading, Stream<Part> parts) implements OperationAnswer {}

    /// Some entries of a Bundle.
    ///
    /// @param touched what of the record they show
    record Part(List<Entry> entries, List<Touched> touched) {
        public Part {
            entries = List.copyOf(entries);
            touched = List.copyOf(touched);
        }
    }

    /// One entry of a Bundle.
    ///
    /// @param fullUrl empty for none
    /// @param resource JSON as UTF-8; empty for none
    /// @param rest its other elements
    record Entry(String fullUrl, byte[] resource, ObjectNode rest) {}

    /// A resource that was made or read, with 200.
    static Whole of(ObjectNode resource, Touched... touched) {
        return new Whole(200, Json.write(resource), Map.of(), List.of(touched));
    }
}
