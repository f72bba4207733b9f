package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Refused;

/// Answers a request that was kept ([Deferral]): by the same interactions as when it came, for whoever asked it.
@Component
public final class Asking {
    private final Interactions interactions;
    private final Trails trails;

    Asking(Interactions interactions, Trails trails) {
        this.interactions = interactions;
        this.trails = trails;
    }

    /// Answers; what was shown or refused is in the audit when this returns.
    ///
    /// @param caller who asked, as they are now
    /// @param id what the audit calls the request
    /// @return the answer, which may be a refusal
    /// @throws Refused with [trellis.fhir.Problem.Unavailable] when the audit cannot be written; then nothing may be shown
    public Answered answer(Caller caller, String id, Asked asked) {
        var outline = outline(caller, id, asked);
        Answer answer;
        var request = outline;
        try {
            request = read(outline, asked);
            answer = interactions.answer(request).collected();
        } catch (Refused e) {
            answer = Outcome.of(e.problem());
            answer = answer.audited(Touched.refused(request, answer.status()));
        }
        trails.record(request, answer.touched());
        return Answered.of(answer);
    }

    private static FhirRequest outline(Caller caller, String id, Asked asked) {
        return new FhirRequest(
                caller,
                new AuditEntry.Source("", "respond-async", id),
                Verb.of(asked.method()).orElse(Verb.GET),
                asked.base(),
                List.of(),
                List.of(),
                Preconditions.NONE,
                Preferences.of(List.of(), List.of(), Preferences.Returned.REPRESENTATION),
                Body.NONE);
    }

    private static FhirRequest read(FhirRequest outline, Asked asked) {
        var mark = asked.address().indexOf('?');
        var path = mark < 0 ? asked.address() : asked.address().substring(0, mark);
        var query = mark < 0 ? "" : asked.address().substring(mark + 1);
        var segments =
                Arrays.stream(path.split("/"))
                        .filter(segment -> !segment.isEmpty())
                        .map(segment -> Addresses.decoded(segment, "url"))
                        .toList();
        var parameters = Parameter.parse(query);
        var otherwise =
                segments.isEmpty()
                        ? Preferences.Returned.MINIMAL
                        : Preferences.Returned.REPRESENTATION;
        var prefer = Optional.ofNullable(asked.headers().get("Prefer")).stream().toList();
        return new FhirRequest(
                outline.caller(),
                outline.source(),
                outline.verb(),
                outline.base(),
                segments,
                parameters,
                new Preconditions(
                        header(asked, "If-Match"),
                        header(asked, "If-None-Match"),
                        header(asked, "If-Modified-Since"),
                        header(asked, "If-None-Exist")),
                Preferences.of(prefer, parameters, otherwise),
                body(asked));
    }

    private static Body body(Asked asked) {
        return new Body() {
            @Override
            public ObjectNode resource() {
                return perhaps().orElseGet(Body.NONE::resource);
            }

            @Override
            public Optional<ObjectNode> perhaps() {
                return asked.body().map(Json::parse);
            }
        };
    }

    private static Optional<String> header(Asked asked, String name) {
        return Optional.ofNullable(asked.headers().get(name));
    }
}
