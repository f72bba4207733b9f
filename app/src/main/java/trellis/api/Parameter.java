package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// One parameter of a query, decoded.
///
/// @param name with its modifier, such as `name:exact`
/// @param value may be empty
public record Parameter(String name, String value) {

    public Parameter {
        requireNonNull(name);
        requireNonNull(value);
    }

    /// Reads a query string, keeping the order.
    ///
    /// @param query without the question mark; empty for none
    /// @throws Refused with [Problem.BadRequest] when a percent sign does not begin an escape
    static List<Parameter> parse(String query) {
        var parameters = new ArrayList<Parameter>();
        for (var pair : query.split("&")) {
            if (!pair.isEmpty()) {
                var equals = pair.indexOf('=');
                parameters.add(
                        equals < 0
                                ? new Parameter(decode(pair), "")
                                : new Parameter(
                                        decode(pair.substring(0, equals)),
                                        decode(pair.substring(equals + 1))));
            }
        }
        return parameters;
    }

    /// The query string that [#parse] would read as these.
    static String query(List<Parameter> parameters) {
        var query = new StringBuilder();
        for (var parameter : parameters) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(encode(parameter.name()))
                    .append('=')
                    .append(encode(parameter.value()));
        }
        return query.toString();
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException _) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "The query has a percent sign that does not begin an escape such as"
                                    + " %20; write a percent sign itself as %25.",
                            ""));
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
