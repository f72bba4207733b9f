package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.store.WriteSql.Current;
import trellis.store.WriteSql.Place;
import trellis.store.WriteSql.Row;
import trellis.store.Written.Outcome;

/// Several writes applied in one transaction with a handful of statements. Each is decided by
/// itself, before anything is changed: one that must be refused leaves the others alone. No two
/// writes of a batch concern the same resource.
final class Batch {

    private final Connection connection;
    private final RowNumbers rowNumbers;
    private final long now;
    private final Map<Long, Place> places = new HashMap<>();
    private final Map<Place, Current> current = new HashMap<>();
    private final Map<Long, Place> newPlaces = new HashMap<>();
    private final List<Move> moves = new ArrayList<>();
    private final Map<Place, Current> superseded = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Place> ended = new ArrayList<>();
    private final Set<Long> present = new HashSet<>();
    private final ContainedRows contained;

    Batch(Connection connection, RowNumbers rowNumbers, long now) {
        this.connection = connection;
        this.rowNumbers = rowNumbers;
        this.now = now;
        this.contained = new ContainedRows(rowNumbers);
    }

    /// A resource that goes to another patient's record.
    private record Move(long key, Place from, short to) {}

    /// What became of one write: either `written` or `problem`.
    record Result(List<Written> written, Optional<Problem> problem) {}

    /// Applies the writes.
    ///
    /// @return a result for each, in their order
    List<Result> apply(List<Write> writes) throws SQLException {
        lock(writes);
        find(writes);
        var results = new ArrayList<Result>();
        for (var write : writes) {
            var problem = refusal(write);
            results.add(
                    problem.isPresent()
                            ? new Result(List.of(), problem)
                            : new Result(decide(write), Optional.empty()));
        }
        change();
        alongside(writes, results);
        return results;
    }

    private void lock(List<Write> writes) throws SQLException {
        var checked = false;
        var deleting = false;
        for (var write : writes) {
            if (write.references() == Write.References.ENFORCED) {
                checked = true;
                deleting |= write.changes().stream().anyMatch(Change.Delete.class::isInstance);
            }
        }
        if (checked) {
            WriteSql.lockReferences(connection, deleting);
        }
    }

    private void find(List<Write> writes) throws SQLException {
        var keys = new ArrayList<Long>();
        var targets = new HashSet<Long>();
        for (var write : writes) {
            var own = new HashSet<Long>();
            write.changes().forEach(change -> own.add(change.key()));
            keys.addAll(own);
            if (write.references() == Write.References.ENFORCED) {
                for (var change : write.changes()) {
                    if (change instanceof Change.Put put) {
                        put.content().references().stream()
                                .map(Prepared.Target::key)
                                .filter(key -> !own.contains(key))
                                .forEach(targets::add);
                    }
                }
            }
        }
        places.putAll(WriteSql.lock(connection, keys));
        if (!places.isEmpty()) {
            current.putAll(WriteSql.current(connection, places.values()));
        }
        if (!targets.isEmpty()) {
            present.addAll(WriteSql.existing(connection, targets));
        }
    }

    private Optional<Current> currentOf(Change change) {
        return Optional.ofNullable(places.get(change.key())).map(current::get);
    }

    private Optional<Problem> refusal(Write write) throws SQLException {
        for (var change : write.changes()) {
            var problem = refusal(change);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return write.references() == Write.References.ENFORCED
                ? brokenReference(write)
                : Optional.empty();
    }

    private Optional<Problem> refusal(Change change) {
        var before = currentOf(change);
        var what = change.type() + "/" + change.id();
        if (before.isPresent()
                && !(before.get().id().equals(change.id())
                        && before.get().type().equals(change.type()))) {
            return Optional.of(
                    new Problem.Conflict("This id cannot be used; choose another", what));
        }
        if (change instanceof Change.Put put && put.mustBeNew() && before.isPresent()) {
            return Optional.of(new Problem.Conflict("This id is taken; choose another", what));
        }
        if (change.ifMatch().isPresent()) {
            var sent = change.ifMatch().getAsLong();
            var now = before.filter(b -> !b.deleted()).map(Current::version).orElse(0);
            if (sent != now) {
                return Optional.of(new Problem.Stale(what, sent, now));
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> brokenReference(Write write) throws SQLException {
        var put = new HashSet<Long>();
        var deleted = new LinkedHashMap<Long, Change>();
        for (var change : write.changes()) {
            switch (change) {
                case Change.Put p -> put.add(p.key());
                case Change.Delete d -> deleted.put(d.key(), d);
            }
        }
        var issues = new ArrayList<Issue>();
        for (var change : write.changes()) {
            if (change instanceof Change.Put p) {
                for (var target : p.content().references()) {
                    var key = target.key();
                    if (!put.contains(key)
                            && (deleted.containsKey(key) || !present.contains(key))) {
                        issues.add(
                                Issue.error(
                                        "not-found",
                                        "The reference leads to a "
                                                + target.type()
                                                + " that is not here; create it first, or send both in"
                                                + " one transaction",
                                        target.expression()));
                    }
                }
            }
        }
        if (!issues.isEmpty()) {
            return Optional.of(new Problem.Invalid(issues));
        }
        return stillReferredTo(write, deleted);
    }

    private Optional<Problem> stillReferredTo(Write write, Map<Long, Change> deleted)
            throws SQLException {
        var changing = new ArrayList<Place>();
        for (var change : write.changes()) {
            var place = places.get(change.key());
            if (place != null) {
                changing.add(place);
            }
        }
        for (var entry : deleted.entrySet()) {
            var referrers = WriteSql.referrers(connection, entry.getKey(), changing);
            if (referrers > 0) {
                return Optional.of(
                        new Problem.Conflict(
                                referrers
                                        + (referrers == 1 ? " resource refers" : " resources refer")
                                        + " to it; change or delete them first",
                                entry.getValue().type() + "/" + entry.getValue().id()));
            }
        }
        return Optional.empty();
    }

    private List<Written> decide(Write write) throws SQLException {
        var written = new ArrayList<Written>();
        for (var change : write.changes()) {
            written.add(
                    switch (change) {
                        case Change.Put put -> put(put);
                        case Change.Delete delete -> delete(delete);
                    });
        }
        return written;
    }

    private Written put(Change.Put put) throws SQLException {
        var content = put.content();
        var before = currentOf(put);
        if (before.isEmpty()) {
            var place = new Place(shard(content, put.key()), rowNumbers.next(connection));
            newPlaces.put(put.key(), place);
            rows.add(new Row(place, content, 1, now));
            return written(put, 1, now, Outcome.CREATED);
        }
        var old = before.get();
        if (!old.deleted() && Arrays.equals(old.hash(), content.hash())) {
            return written(put, old.version(), old.updated(), Outcome.UNCHANGED);
        }
        superseded.put(old.place(), old);
        var place = new Place(shard(content, put.key()), old.place().rid());
        if (place.shard() != old.place().shard()) {
            moves.add(new Move(put.key(), old.place(), place.shard()));
        }
        rows.add(new Row(place, content, old.version() + 1, now));
        return written(
                put, old.version() + 1, now, old.deleted() ? Outcome.CREATED : Outcome.UPDATED);
    }

    private Written delete(Change.Delete delete) {
        var before = currentOf(delete);
        if (before.isEmpty()) {
            return written(delete, 0, now, Outcome.ABSENT);
        }
        var old = before.get();
        if (old.deleted()) {
            return written(delete, old.version(), old.updated(), Outcome.ABSENT);
        }
        superseded.put(old.place(), old);
        ended.add(old.place());
        rows.add(
                new Row(
                        old.place(),
                        Prepared.deletion(delete.type(), delete.id(), old.patient()),
                        old.version() + 1,
                        now));
        return written(delete, old.version() + 1, now, Outcome.DELETED);
    }

    /// What belongs to a patient lies with the patient, all else by its own key.
    private static short shard(Prepared content, long key) {
        return Keys.shard(content.patient() != 0 ? content.patient() : key);
    }

    private static Written written(Change change, long version, long updated, Outcome outcome) {
        return new Written(change.type(), change.id(), version, WriteSql.instant(updated), outcome);
    }

    private void change() throws SQLException {
        if (!superseded.isEmpty()) {
            WriteSql.supersede(connection, superseded.keySet(), contained);
        }
        for (var move : moves) {
            WriteSql.move(connection, move.key(), move.from(), move.to());
        }
        if (!rows.isEmpty()) {
            var inserts = new InsertsSql();
            WriteSql.insertPlaces(inserts, newPlaces);
            WriteSql.insertRows(connection, inserts, rows, contained);
            WrittenSql.note(inserts.after(), scopes());
            Outbox.note(inserts.after(), rows);
            inserts.go(connection);
        }
        if (!ended.isEmpty()) {
            WriteSql.keepLabels(connection, ended);
        }
    }

    /// What is written to, also what something leaves.
    Set<Long> scopes() {
        var scopes = Scopes.of(rows);
        superseded.values().forEach(old -> Scopes.add(scopes, old.type(), old.id(), old.patient()));
        return scopes;
    }

    private void alongside(List<Write> writes, List<Result> results) throws SQLException {
        var byTable = new LinkedHashMap<Write.Table<?>, List<Object>>();
        for (var i = 0; i < writes.size(); i++) {
            if (results.get(i).problem().isEmpty()) {
                for (var item : writes.get(i).alongside()) {
                    byTable.computeIfAbsent(item.table(), _ -> new ArrayList<>())
                            .addAll(item.rows().apply(results.get(i).written()));
                }
            }
        }
        for (var entry : byTable.entrySet()) {
            insert(entry.getKey(), entry.getValue());
        }
    }

    /// A table's rows were collected under the table itself, so they are of its kind.
    @SuppressWarnings("unchecked")
    private <T> void insert(Write.Table<T> table, List<Object> rows) throws SQLException {
        table.insert(connection, (List<T>) rows);
    }
}
