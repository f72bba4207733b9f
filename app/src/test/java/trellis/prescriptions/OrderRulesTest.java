package trellis.prescriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Days of a prescription: London's, however they are written and whatever the clocks do.
final class OrderRulesTest {
    private static OrderRules.Order order(String authored, String start, String end, String now) {
        var message = Sent.unsigned(Sent.Order.of("9990548609", "", 1));
        var item = (ObjectNode) message.at("/entry/1/resource");
        item.put("authoredOn", authored);
        var period = ((ObjectNode) item.path("dispenseRequest")).putObject("validityPeriod");
        if (!start.isEmpty()) {
            period.put("start", start);
        }
        if (!end.isEmpty()) {
            period.put("end", end);
        }
        return OrderRules.order(new MessageRules.Message(message), Instant.parse(now));
    }

    @ParameterizedTest
    @CsvSource({
        // Half past midnight in London, in summer: the day has begun there.
        "2026-06-30T23:30:00Z, 2026-06-30T23:00:00Z",
        // The same moment in the sender's own time.
        "2026-06-30T19:30:00-04:00, 2026-06-30T23:00:00Z",
        "2026-07-01T00:30:00+01:00, 2026-06-30T23:00:00Z",
        "2026-07-01, 2026-06-30T23:00:00Z",
        // In winter both clocks agree.
        "2026-01-10T23:30:00Z, 2026-01-10T00:00:00Z",
        // The night in which the clocks go forward, and the one in which they go back.
        "2026-03-29T00:30:00Z, 2026-03-29T00:00:00Z",
        "2026-03-29T23:30:00Z, 2026-03-29T23:00:00Z",
        "2026-10-24T23:30:00Z, 2026-10-24T23:00:00Z",
        "2026-10-25T23:30:00Z, 2026-10-24T23:00:00Z"
    })
    void it_starts_on_the_day_that_it_is_in_london_then(String start, String starts) {
        var now = Instant.parse(starts).plusSeconds(7_200);
        assertThat(order(now.toString(), start, "", now.toString()).starts()).isEqualTo(starts);
    }

    @ParameterizedTest
    @CsvSource({
        // As the published schema writes the last day, in summer too.
        "2026-07-20T23:59:59Z, 2026-07-20T23:00:00Z",
        "2026-07-20T23:59:59+01:00, 2026-07-20T23:00:00Z",
        "2026-07-20, 2026-07-20T23:00:00Z",
        // Any other moment is a moment.
        "2026-07-20T23:30:00Z, 2026-07-21T23:00:00Z",
        "2026-07-20T12:00:00Z, 2026-07-20T23:00:00Z"
    })
    void it_is_good_until_the_end_of_its_last_day(String end, String over) {
        var order = order("2026-07-01T10:00:00Z", "2026-07-01", end, "2026-07-01T10:05:00Z");
        assertThat(order.over()).isEqualTo(over);
    }

    @Test
    void a_day_that_is_none_is_refused() {
        assertThatThrownBy(() ->
                        order(
                                "2026-07-01T10:00:00Z",
                                "2026-07-01",
                                "2026-07-32T23:59:59Z",
                                "2026-07-01T10:05:00Z"))
                .isInstanceOfSatisfying(
                        EpsError.Refusal.class,
                        e -> assertThat(e.error()).isEqualTo(EpsError.INVALID_DATE_FORMAT));
    }
}
