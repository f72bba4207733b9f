package trellis.bulk;

import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.bulk.BulkSettings.Sources;
import trellis.bulk.ContentSql.Lost;
import trellis.bulk.ImportOrder.Input;
import trellis.bulk.Job.Content;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.jobs.Loads;
import trellis.jobs.Loads.Refusal;
import trellis.settings.Settings;

/// Does an import: fetches each input and loads it as `trellis import` does. After an interruption it goes on where it was.
@Component
final class ImportChanges implements Bulk.Work {
    /// Of one input no more are told of; they are counted.
    private static final long MOST_TOLD = 10_000;

    private final Loads loads;
    private final RejectSql rejects;
    private final Sources from;
    private final Clock clock;

    ImportChanges(Loads loads, DataSource database, Settings settings, Clock clock) {
        this.loads = loads;
        this.rejects = new RejectSql(database);
        this.from = BulkSettings.from(settings).from();
        this.clock = clock;
    }

    @Override
    public Job.Kind kind() {
        return Job.Kind.IMPORT;
    }

    @Override
    public ObjectNode done(Bulk.Turn turn) throws IOException {
        var order = ImportOrder.of(turn.job().asked());
        ImportApi.check(turn.caller());
        var detail = JsonNodeFactory.instance.objectNode();
        var output = detail.putArray("output");
        for (var i = 0; i < order.inputs().size(); i++) {
            var input = order.inputs().get(i);
            var counts = one(turn, input, i, order.inputs().size());
            output.addObject()
                    .put("type", input.type())
                    .put("inputUrl", input.url())
                    .put("count", counts.created() + counts.changed() + counts.same())
                    .put("created", counts.created())
                    .put("changed", counts.changed())
                    .put("same", counts.same())
                    .put("rejected", counts.rejected());
        }
        var told = rejects.all(turn.job().id());
        if (!told.isEmpty()) {
            var file = turn.begin("errors.ndjson");
            told.forEach(file::line);
            file.finish(Content.Use.ERROR, "OperationOutcome");
        }
        return detail.put(
                "transactionTime", clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
    }

    private Loads.Counts one(Bulk.Turn turn, Input input, int place, int all) throws IOException {
        var telling = new Telling(turn.job().id(), place);
        var bytes = new LongAdder();
        turn.at(() ->
                "input "
                        + (place + 1)
                        + " of "
                        + all
                        + ", "
                        + (bytes.sum() >> 20)
                        + " MB dealt with");
        try {
            var address = FetchRules.address(input.url(), from, "input");
            return loads.load(
                            turn.caller(),
                            "job " + turn.job().id() + ", input " + (place + 1),
                            "bulk " + turn.job().id() + " " + place,
                            () -> FetchRules.open(address, from),
                            turn.stop(),
                            telling,
                            bytes)
                    .orElseThrow(Lost::new);
        } catch (IOException e) {
            turn.check();
            var why = "The input cannot be read: " + e.getMessage();
            telling.accept(new Refusal(0, Issue.error("incomplete", why, "")));
            return new Loads.Counts(0, 0, 0, 1);
        }
    }

    /// Tells of what was not stored.
    private final class Telling implements Consumer<Refusal> {
        private final String job;
        private final int place;
        private final AtomicLong told;

        Telling(String job, int place) {
            this.job = job;
            this.place = place;
            this.told = new AtomicLong(rejects.count(job, place));
        }

        @Override
        public void accept(Refusal refusal) {
            if (told.incrementAndGet() <= MOST_TOLD) {
                rejects.add(job, place, refusal.line(), Json.write(outcome(refusal)));
            }
        }

        private ObjectNode outcome(Refusal refusal) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("resourceType", "OperationOutcome");
            var issue = refusal.issue();
            var where =
                    "input "
                            + (place + 1)
                            + (refusal.line() == 0 ? "" : ", line " + refusal.line());
            var one = json.putArray("issue").addObject();
            one.put("severity", "error")
                    .put("code", issue.code())
                    .put("diagnostics", where + ": " + issue.diagnostics());
            if (!issue.expression().isEmpty()) {
                one.putArray("expression").add(issue.expression());
            }
            return json;
        }
    }
}
