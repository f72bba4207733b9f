package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;

/// What the server measures of itself.
class MeasurementsIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    @Test
    void the_machine_reads_how_long_requests_took_and_nobody_whom_they_were_about() {
        var wire = new Wire(server);
        assertThat(Wire.send(wire.request(wire.machine(), "/fhir/Patient/nobody-9")).statusCode())
                .isEqualTo(404);

        var told = Wire.send(wire.request(wire.machine(), "/actuator/prometheus")).body();

        var counts = told.lines().filter(line -> line.startsWith("trellis_requests_seconds_count"));
        assertThat(counts.toList())
                .anySatisfy(line ->
                        assertThat(line)
                                .contains(
                                        List.of(
                                                "way=\"/fhir\"",
                                                "method=\"GET\"",
                                                "status=\"404\"")));
        assertThat(told)
                .contains("trellis_requests_seconds_bucket", "trellis_kept_total{answer=\"given\"}")
                .doesNotContain("nobody-9");
    }
}
