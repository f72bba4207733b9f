package trellis.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.Intake;
import trellis.api.Terms;
import trellis.api.Transaction;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Pace;
import trellis.store.Prepared;
import trellis.store.Store;
import trellis.store.Write;
import trellis.store.Written;

/// Puts lines into the store: parses, validates and prepares on the caller's thread, then hands over
/// to the store, which commits in groups. Safe for many threads. What is refused is told and never
/// stops the rest; a database that is away is waited for.
final class Loader {
    private final Transaction transaction;
    private final Intake intake;
    private final Store store;
    private final ImportTrail trail;
    private final Patience patience;
    private final Tally tally;
    private final Rejects rejects;

    Loader(LoadingParts parts, ImportTrail trail, Patience patience, Tally tally, Rejects rejects) {
        this.transaction = parts.transaction();
        this.intake = parts.intake();
        this.store = parts.store();
        this.trail = trail;
        this.patience = patience;
        this.tally = tally;
        this.rejects = rejects;
    }

    /// Some lines of a file.
    ///
    /// @param lines in their order; none is longer than the memory can bear
    record Lot(String file, List<Lines.Line.Whole> lines) {
        long first() {
            return lines.getFirst().number();
        }

        long last() {
            return lines.getLast().number();
        }
    }

    /// A resource made ready.
    private record Ready(long line, Prepared content) {}

    /// Stores what can be stored of some lines.
    ///
    /// @throws Refused with [Problem.Unavailable] when the database stayed away for too long
    void load(Lot lot) {
        Map<Long, Ready> ready = new LinkedHashMap<>();
        for (var line : lot.lines()) {
            guarded(
                    lot.file(),
                    line.number(),
                    1,
                    () -> {
                        var json = Json.parse(line.bytes());
                        if (json.path("resourceType").asString("").equals("Bundle")
                                && BundleForm.of(json) != BundleForm.AS_IT_IS) {
                            bundle(lot.file(), line, json);
                            return;
                        }
                        var one = new Ready(line.number(), prepared(json));
                        var key = Change.Put.of(one.content()).key();
                        if (ready.containsKey(key)) {
                            // One write holds a resource only once; the later line must come later.
                            write(lot.file(), List.copyOf(ready.values()));
                            ready.clear();
                        }
                        ready.put(key, one);
                    });
            Pace.step();
        }
        write(lot.file(), List.copyOf(ready.values()));
    }

    private Prepared prepared(ObjectNode json) {
        if (!json.path("id").isString()) {
            var type = json.path("resourceType").asString("");
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "The resource has no id; one is needed to be stored by itself.",
                            type.isEmpty() ? "id" : type + ".id"));
        }
        // Rules of what may be written ask the database too.
        return patience.until(() -> intake.ready(trail.caller(), json));
    }

    private void write(String file, List<Ready> ready) {
        if (ready.isEmpty()) {
            return;
        }
        try {
            tally.stored(stored(file, ready));
        } catch (RuntimeException e) {
            if (isAway(e)) {
                throw e;
            }
            for (var one : ready) {
                guarded(file, one.line(), 1, () -> tally.stored(stored(file, List.of(one))));
            }
        }
    }

    private List<Written> stored(String file, List<Ready> ready) {
        List<Change> changes = new ArrayList<>();
        ready.forEach(one -> changes.add(Change.Put.of(one.content())));
        var audit = trail.batch(file, ready.getFirst().line(), ready.getLast().line());
        return patience.until(() ->
                store.write(new Write(changes, Write.References.UNCHECKED, audit.of(changes))));
    }

    private void bundle(String file, Lines.Line.Whole line, ObjectNode json) {
        var source = new Fresh(line.bytes(), json);
        var entries = BundleForm.all(json);
        switch (BundleForm.of(json)) {
            case TOGETHER, AS_IT_IS ->
                    guarded(
                            file,
                            line.number(),
                            Math.max(1, entries.size()),
                            () -> apply(file, line.number(), source, entries));
            case EACH -> {
                for (var entry : entries) {
                    some(file, line.number(), source, List.of(entry));
                }
            }
            case COLLECTED -> some(file, line.number(), source, entries);
        }
    }

    /// Stores all but those entries that are refused.
    private void some(String file, long line, Fresh source, List<Integer> entries) {
        var left = entries;
        while (!left.isEmpty()) {
            try {
                apply(file, line, source, left);
                return;
            } catch (Refused e) {
                if (isAway(e)) {
                    throw e;
                }
                left = without(file, line, left, e.problem());
            }
        }
    }

    /// Tells of the entries that a problem names, and gives those that it does not name.
    private List<Integer> without(String file, long line, List<Integer> entries, Problem problem) {
        var named = new ArrayList<Integer>();
        var told = new ArrayList<Reject>();
        for (var reject : Reject.of(file, line, problem)) {
            var entry = reject.entry();
            if (entry.isPresent() && entry.getAsInt() < entries.size()) {
                var index = entries.get(entry.getAsInt());
                named.add(index);
                told.add(reject.at(index));
            } else {
                told.add(reject);
            }
        }
        rejects.add(told);
        if (named.isEmpty()) {
            tally.rejected(entries.size());
            return List.of();
        }
        tally.rejected((int) named.stream().distinct().count());
        return entries.stream().filter(index -> !named.contains(index)).toList();
    }

    private void apply(String file, long line, Fresh source, List<Integer> entries) {
        var terms =
                new Terms(
                        trail.caller(),
                        "",
                        Write.References.UNCHECKED,
                        trail.batch(file, line, line));
        tally.stored(
                patience.until(() ->
                        transaction.apply(BundleForm.transaction(source.get(), entries), terms)));
    }

    private void guarded(String file, long line, int entries, Runnable work) {
        try {
            work.run();
        } catch (Refused e) {
            if (isAway(e)) {
                throw e;
            }
            tally.rejected(entries);
            rejects.add(Reject.of(file, line, e.problem()));
        } catch (RuntimeException e) {
            tally.rejected(entries);
            var what = "Trellis failed on this (" + e.getClass().getSimpleName() + ").";
            rejects.add(List.of(Reject.line(file, line, "exception", what)));
        }
    }

    private static boolean isAway(RuntimeException e) {
        return e instanceof Refused refused && refused.problem() instanceof Problem.Unavailable;
    }

    /// A tree that belongs to whoever takes it: the first is the one parsed already, later ones are
    /// parsed anew.
    private static final class Fresh implements Supplier<ObjectNode> {
        private final byte[] bytes;
        private ObjectNode next;
        private boolean taken;

        Fresh(byte[] bytes, ObjectNode first) {
            this.bytes = bytes;
            this.next = first;
        }

        @Override
        public ObjectNode get() {
            if (taken) {
                next = Json.parse(bytes);
            }
            taken = true;
            return next;
        }
    }
}
