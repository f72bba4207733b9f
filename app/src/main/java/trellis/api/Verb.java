package trellis.api;

import java.util.Arrays;
import java.util.Optional;

/// The HTTP methods of the RESTful API; also the codes of `Bundle.entry.request.method`.
enum Verb {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE;

    static Optional<Verb> of(String method) {
        return Arrays.stream(values()).filter(verb -> verb.name().equals(method)).findFirst();
    }
}
