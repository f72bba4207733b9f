package trellis.api;

import java.util.List;
import java.util.Optional;
import trellis.access.Caller;
import trellis.audit.AuditEntry;

/// One request for one interaction: from HTTP, or an entry of a Bundle.
///
/// @param caller who asks
/// @param source from where
/// @param verb the method
/// @param base address of this server's API, such as `http://localhost:8080/fhir`, no slash at the
///     end
/// @param path the segments after the base, decoded
/// @param parameters of the query, and of the form for a search by POST
/// @param preconditions what must hold
/// @param preferences how to answer
/// @param body the content, read when asked for
record FhirRequest(
        Caller caller,
        AuditEntry.Source source,
        Verb verb,
        String base,
        List<String> path,
        List<Parameter> parameters,
        Preconditions preconditions,
        Preferences preferences,
        Body body) {

    FhirRequest {
        path = List.copyOf(path);
        parameters = List.copyOf(parameters);
    }

    /// The resource type in the path.
    String type() {
        return path.getFirst();
    }

    /// The logical id in the path.
    String id() {
        return path.get(1);
    }

    /// The value of a parameter that may be given once.
    Optional<String> parameter(String name) {
        return Preferences.single(parameters, name);
    }

    /// The whole address, query and all.
    String url() {
        var place = new StringBuilder(base);
        path.forEach(
                segment -> place.append('/').append(Parameter.encode(segment).replace("%24", "$")));
        return parameters.isEmpty()
                ? place.toString()
                : place.append('?').append(Parameter.query(parameters)).toString();
    }

    /// The full address of one version.
    String versionUrl(String id, long version) {
        return base + "/" + type() + "/" + id + "/_history/" + version;
    }
}
