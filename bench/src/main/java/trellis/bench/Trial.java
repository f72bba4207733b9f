package trellis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import trellis.bench.Bundles.Cohort;

/// One server asked for one workload after the other.
final class Trial {
    private static final int CHANGING = 256;

    private final Server server;
    private final Plan plan;
    private final Cohort cohort;
    private final Figures figures;
    private final PrintStream out;
    private final Light light;
    private Subjects subjects;
    private Optional<Updates> updates = Optional.empty();
    private boolean hasPointers;

    /// How each workload is measured.
    ///
    /// @param workloads those that are asked for
    /// @param clients instead of those of the workload
    /// @param rate of the open loop; without one, seven tenths of what the closed loop could do
    /// @param isOpen whether each workload is driven in an open loop besides, and not the mix alone
    record Plan(
            List<Workload> workloads,
            Duration warmup,
            Duration length,
            int rounds,
            Optional<Integer> clients,
            Optional<Integer> rate,
            boolean isOpen) {

        boolean has(String key) {
            return workloads.stream().anyMatch(workload -> workload.key().equals(key));
        }

        /// How long a server takes, but for the import.
        Duration expected() {
            var each = warmup.plus(length.multipliedBy(rounds));
            var open = isOpen ? workloads.size() : has("mix") ? 1 : 0;
            return each.multipliedBy(workloads.size())
                    .plus(length.multipliedBy((long) open * rounds));
        }
    }

    Trial(Server server, Plan plan, Cohort cohort, Figures figures, PrintStream out) {
        this.server = server;
        this.plan = plan;
        this.cohort = cohort;
        this.figures = figures;
        this.out = out;
        this.light = server.light();
        this.subjects = cohort.subjects();
    }

    void run() throws Exception {
        out.printf(
                Locale.UK,
                "%n%s: %d workloads, %,d minutes or so%n",
                server.name(),
                plan.workloads().size(),
                plan.expected().toMinutes() + 1);
        var number = 0;
        for (var workload : plan.workloads()) {
            number++;
            out.printf(
                    Locale.UK,
                    "%2d of %d  %s (%s)%n",
                    number,
                    plan.workloads().size(),
                    workload.what(),
                    workload.key());
            if (workload.key().equals("import")) {
                figures.add(
                        Import.overHttp(
                                workload,
                                server,
                                cohort,
                                plan.clients().orElse(workload.clients()),
                                out));
                server.room(figures, "after the import");
                continue;
            }
            var request = request(workload);
            if (request.isPresent()) {
                measure(workload, request.get());
            } else {
                out.println("         left out: " + server.name() + " has nothing to ask for");
                figures.note(workload.what() + ": not asked of " + server.name());
            }
        }
        server.room(figures, "at the end");
    }

    // --- what is sent ----------------------------------------------------------------------------

    /// Of everything but the import. Empty when the server does not have it, or the cohort has nothing to ask for.
    private Optional<Driver.Request> request(Workload workload) throws Exception {
        var shares = workload.shares();
        if (shares.isEmpty()) {
            return request(workload.call());
        }
        var parts = new LinkedHashMap<String, Driver.Request>();
        for (var part : Workload.all()) {
            if (shares.containsKey(part.key())) {
                var request = request(part.call()).or(() -> elsewhere(part));
                if (request.isEmpty()) {
                    return Optional.empty();
                }
                parts.put(part.key(), request.get());
            }
        }
        return Optional.of(new Mix(shares, parts));
    }

    /// What stands in the mix for what the server does not have.
    private Optional<Driver.Request> elsewhere(Workload part) {
        return part.elsewhere()
                .filter(call -> call.canAsk(subjects))
                .map(call -> {
                    figures.note(
                            "In the mix, %s was asked for \"%s\" in place of: %s"
                                    .formatted(
                                            server.name(),
                                            call.method() + " " + call.path(),
                                            part.what()));
                    return Requests.of(call, light, subjects);
                });
    }

    private Optional<Driver.Request> request(Workload.Call call) throws Exception {
        if (call.isOurs() && !server.isTrellis()) {
            return Optional.empty();
        }
        if (call.method().equals("AS")) {
            return page(call);
        }
        if (call.path().contains("{summary.") && subjects.list("summary").isEmpty()) {
            subjects = subjects.with("summary", Ours.summaries(light, subjects));
        }
        if (call.path().startsWith("/record-locator") && !hasPointers) {
            Ours.pointers(light, subjects);
            hasPointers = true;
        }
        if (!call.canAsk(subjects)) {
            return Optional.empty();
        }
        if (call.body().equals("version")) {
            updates = updates.isPresent() ? updates : Optional.of(made());
            return updates.map(all -> all);
        }
        var requests = Requests.of(call, light, subjects);
        requests.first();
        return Optional.of(requests);
    }

    private Updates made() throws IOException {
        return Updates.of(CHANGING, light, subjects);
    }

    private Optional<Driver.Request> page(Workload.Call call) throws IOException {
        if (server.node().isEmpty() || subjects.list("record").isEmpty()) {
            return Optional.empty();
        }
        subjects = subjects.with("opened", Ours.opened(subjects));
        var requests = Requests.of(call, Ours.clinician(server.node().get(), subjects), subjects);
        if (!requests.first().text().contains("Patient summary")) {
            throw new IllegalStateException("the page is none of a patient's summary");
        }
        return Optional.of(requests);
    }

    // --- how it is measured ----------------------------------------------------------------------

    private void measure(Workload workload, Driver.Request request) throws Exception {
        var clients = plan.clients().orElse(workload.clients());
        out.println("         warming up for " + plan.warmup().toSeconds() + " s");
        Driver.closed(request, clients, plan.warmup());
        var best =
                rounds(
                        workload,
                        "closed, " + clients + " clients",
                        () -> Driver.closed(request, clients, plan.length()));
        if (plan.isOpen() || !workload.shares().isEmpty()) {
            var rate = plan.rate().map(Integer::doubleValue).orElse(Math.max(1, best * 0.7));
            rounds(
                    workload,
                    String.format(Locale.UK, "open, %,.0f a second", rate),
                    () -> Driver.open(request, rate, plan.length()));
        }
    }

    /// One round.
    @FunctionalInterface
    private interface Round {
        Driver.Result run() throws Exception;
    }

    /// @return the median rate
    private double rounds(Workload workload, String loop, Round round) throws Exception {
        var results = new ArrayList<Driver.Result>();
        var before = server.usage();
        for (var i = 0; i < plan.rounds(); i++) {
            var result = round.run();
            results.add(result);
            say(loop, result);
        }
        var row = row(workload, loop, results, server.usage().since(before));
        figures.add(row);
        return row.perSecond();
    }

    private void say(String loop, Driver.Result result) {
        out.printf(
                Locale.UK,
                "         %s: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, max %.0f%s%n",
                loop,
                result.perSecond(),
                result.millis(50),
                result.millis(95),
                result.millis(99),
                result.millis(100),
                result.errors() == 0
                        ? ""
                        : ", " + result.errors() + " errors, the first: " + result.trouble());
    }

    private Figures.Row row(
            Workload workload, String loop, List<Driver.Result> results, Usage usage) {
        var median =
                results.stream()
                        .sorted(Comparator.comparingDouble(Driver.Result::perSecond))
                        .toList()
                        .get(results.size() / 2);
        return new Figures.Row(
                server.name(),
                workload,
                loop,
                "requests",
                results.stream().mapToLong(Driver.Result::requests).sum(),
                results.stream().mapToDouble(Driver.Result::seconds).sum(),
                results.stream().map(Driver.Result::perSecond).toList(),
                Figures.Latency.of(median.latency()),
                results.stream().mapToLong(Driver.Result::errors).sum(),
                results.stream()
                        .map(Driver.Result::trouble)
                        .filter(trouble -> !trouble.isEmpty())
                        .findFirst()
                        .orElse(""),
                usage);
    }
}
