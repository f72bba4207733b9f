package trellis.access;

import io.prometheus.metrics.tracer.common.SpanContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Leads from a measurement to a request that is counted in it: an exemplar (https://prometheus.io/docs/specs/om/open_metrics_spec/).
///
/// Its `trace_id` is the trace that the caller says it is part of (https://www.w3.org/TR/trace-context/), where that is kept anywhere; else
/// the request's id, by which the audit has it. Only what has the form of these is taken, so that no other word of a caller's gets in. Nothing
/// is looked at but for the few requests that the measurements want an example of.
@Component
public final class Exemplars implements SpanContext {
    private static final ScopedValue<Request> HERE = ScopedValue.newInstance();
    private static final Pattern TRACE =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /// The step of a trace that is none.
    private static final String NO_SPAN = "0000000000000000";

    private record Request(HttpServletRequest asked, HttpServletResponse answered) {}

    private record Trace(String trace, String span) {}

    /// Takes a measurement of a request.
    public static void of(
            HttpServletRequest asked, HttpServletResponse answered, Runnable measurement) {
        ScopedValue.where(HERE, new Request(asked, answered)).run(measurement);
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return here().isPresent();
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        return here().map(Trace::trace).orElse(null);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        return here().map(Trace::span).orElse(null);
    }

    /// Nobody here keeps traces.
    @Override
    public void markCurrentSpanAsExemplar() {}

    private static Optional<Trace> here() {
        return HERE.isBound() ? trace(HERE.get()) : Optional.empty();
    }

    private static Optional<Trace> trace(Request request) {
        return traced(request.asked().getHeader("traceparent"))
                .or(() -> identified(request.answered().getHeader("X-Request-Id")));
    }

    private static Optional<Trace> traced(@Nullable String sent) {
        return Optional.ofNullable(sent)
                .map(TRACE::matcher)
                .filter(found -> found.matches() && isKept(found.group(3)))
                .map(found -> new Trace(found.group(1), found.group(2)));
    }

    /// The last bit says that the caller keeps the trace.
    private static boolean isKept(String flags) {
        return (Integer.parseInt(flags, 16) & 1) == 1;
    }

    private static Optional<Trace> identified(@Nullable String id) {
        return Optional.ofNullable(id)
                .filter(text -> ID.matcher(text).matches())
                .map(text -> new Trace(text, NO_SPAN));
    }
}
