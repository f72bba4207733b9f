package trellis.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// How long the interactions of the API take, as the measurement `trellis.interactions`: by the interaction's code
/// (https://hl7.org/fhir/R4/valueset-type-restful-interaction.html) or the operation's name, and by what became of it.
///
/// Both are of closed lists, whatever was sent, so that there are never more than some dozens, and none names anybody. An entry of a Bundle is
/// not counted by itself.
@Component
final class InteractionTimes {
    private static final int[] MICROS = {
        500,
        1_000,
        2_000,
        5_000,
        10_000,
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
        30_000_000
    };
    private static final String NOWHERE = "none";

    private final MeterRegistry meters;
    private final Operations operations;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    private record Kind(String interaction, String outcome) {}

    InteractionTimes(MeterRegistry meters, Operations operations) {
        this.meters = meters;
        this.operations = operations;
    }

    /// @param method as it was sent
    /// @param nanos how long it took until the answer had left
    void took(String method, FhirRequest request, Answer answer, long nanos) {
        timers.computeIfAbsent(
                        new Kind(interaction(method, request, answer), outcome(answer.status())),
                        this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("trellis.interactions")
                .description("Requests of the API, by what they ask for")
                .tag("interaction", kind.interaction())
                .tag("outcome", kind.outcome())
                .serviceLevelObjectives(
                        Arrays.stream(MICROS)
                                .mapToObj(micros -> Duration.ofNanos(micros * 1_000L))
                                .toArray(Duration[]::new))
                .register(meters);
    }

    private static String outcome(int status) {
        if (status == 202) {
            return "deferred";
        }
        return status < 400 ? "answered" : status < 500 ? "refused" : "failed";
    }

    private String interaction(String method, FhirRequest request, Answer answer) {
        var path = request.path();
        var last = path.isEmpty() ? "" : path.getLast();
        if (Verb.of(method).isEmpty()) {
            return method.equals("OPTIONS") ? "options" : NOWHERE;
        }
        if (last.startsWith("$")) {
            return operations.has(last) ? last : NOWHERE;
        }
        return switch (request.verb()) {
            case GET, HEAD -> looked(path, last);
            case POST -> posted(path, last, answer);
            case PUT -> "update";
            case PATCH -> "patch";
            case DELETE -> "delete";
        };
    }

    private static String looked(List<String> path, String last) {
        return switch (path.size()) {
            case 0 -> "search-system";
            case 1 ->
                    switch (last) {
                        case "metadata" -> "capabilities";
                        case "api-docs" -> last;
                        case "_history" -> "history-system";
                        default -> "search-type";
                    };
            case 2 -> last.equals("_history") ? "history-type" : "read";
            case 3 -> last.equals("_history") ? "history-instance" : "search-compartment";
            case 4 -> "vread";
            default -> NOWHERE;
        };
    }

    private static String posted(List<String> path, String last, Answer answer) {
        if (last.equals("_search")) {
            return switch (path.size()) {
                case 1 -> "search-system";
                case 2 -> "search-type";
                default -> "search-compartment";
            };
        }
        return path.isEmpty() ? bundle(answer) : path.size() == 1 ? "create" : NOWHERE;
    }

    /// Which of the two it was stands in the content. What was refused as a whole may have had none that says it.
    private static String bundle(Answer answer) {
        return answer.touched().stream()
                .map(Touched::what)
                .filter(what -> what.equals("batch") || what.equals("transaction"))
                .findFirst()
                .orElse("bundle");
    }
}
