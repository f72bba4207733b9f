package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.fhir.path.Item;

/// Dates, times, periods and timings as spans (FHIR R4 search, 3.1.1.4.7 date).
final class Spans {

    private Spans() {}

    static void convert(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            var span =
                    switch (type.name()) {
                        case "Period" -> period(json);
                        case "Timing" -> timing(json);
                        case "date", "dateTime", "instant" -> SearchTime.parse(text(json));
                        default -> Optional.<SearchTime>empty(); // an age or words, not a time
                    };
            span.ifPresent(s -> out.add(new SearchValue.Span(parameter, s.low(), s.high())));
        }
    }

    /// From the start's first microsecond to the end's last; an end that is not given is open.
    private static Optional<SearchTime> period(JsonNode json) {
        var start = text(json, "start");
        var end = text(json, "end");
        if (start.isEmpty() && end.isEmpty()) {
            return Optional.empty();
        }
        var from = SearchTime.parse(start);
        var to = SearchTime.parse(end);
        if ((from.isEmpty() && !start.isEmpty()) || (to.isEmpty() && !end.isEmpty())) {
            return Optional.empty();
        }
        var low = from.map(SearchTime::low).orElse(Long.MIN_VALUE);
        var high = to.map(SearchTime::high).orElse(Long.MAX_VALUE);
        return low < high ? Optional.of(new SearchTime(low, high)) : Optional.empty();
    }

    /// The outer limits of its events and its bounds; how often in between does not matter.
    private static Optional<SearchTime> timing(JsonNode json) {
        var limits = period(json.path("repeat").path("boundsPeriod"));
        for (var event : json.path("event")) {
            limits = around(limits, SearchTime.parse(text(event)));
        }
        return limits;
    }

    private static Optional<SearchTime> around(
            Optional<SearchTime> one, Optional<SearchTime> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return Optional.of(
                new SearchTime(
                        Math.min(one.get().low(), other.get().low()),
                        Math.max(one.get().high(), other.get().high())));
    }
}
