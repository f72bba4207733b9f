package trellis.notary;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/// Checks the whole log against its tree and its signed heads: every line is hashed anew, the tree is
/// built anew, and what differs first is named. Reads only.
public final class LogCheck {
    private final ConnectionSql connection;
    private final TreeMap<Long, Head> heads = new TreeMap<>();
    private final Optional<byte[]> key;
    private final LongConsumer progress;
    private final Map<String, byte[]> nodes = new HashMap<>();
    private Optional<String> fault = Optional.empty();
    private long mayBeGone;
    private long gone;

    /// What was found.
    ///
    /// @param lines how many lines the tree holds
    /// @param heads how many signed heads were checked
    /// @param unsealed lines that came after the last head
    /// @param retired lines that were moved to an archive: their leaves alone were checked
    /// @param fault the first thing that is not as it was; empty when all is
    public record Found(
            long lines, int heads, long unsealed, long retired, Optional<String> fault) {}

    /// @param connection sees one moment
    /// @param kept heads as they were kept outside the database
    /// @param key the public key that must have signed; empty to believe the heads' own
    /// @param progress hears how many lines are done
    LogCheck(
            ConnectionSql connection,
            List<Head> kept,
            Optional<byte[]> key,
            LongConsumer progress) {
        this.connection = connection;
        this.key = key;
        this.progress = progress;
        kept.forEach(head -> heads.put(head.size(), head));
    }

    /// Checks everything.
    Found check() {
        var sql = new LogCheckSql(connection);
        collect(new NotarySql(connection).heads());
        Retirement.words(connection).forEach(this::retired);
        var edge = Merkle.Edge.of(0, (_, _) -> new byte[0]);
        if (fault.isEmpty()) {
            nodes.putAll(sql.nodes());
            sql.leaves(leaf -> step(edge, leaf));
        }
        if (fault.isEmpty()) {
            finish(sql, edge);
        }
        return new Found(edge.size(), heads.size(), sql.unsealed(floor()), gone, fault);
    }

    private long floor() {
        return heads.isEmpty() ? 0 : heads.lastEntry().getValue().floor();
    }

    /// Heads of the table and of the file must be the same, and signed.
    private void collect(List<Head> stored) {
        var table = new TreeMap<Long, Head>();
        stored.forEach(head -> table.put(head.size(), head));
        for (var kept : heads.values()) {
            var same = table.get(kept.size());
            if (same == null) {
                say("The signed head over " + kept.size() + " lines is gone from the database.");
            } else if (!Arrays.equals(same.root(), kept.root())) {
                say("The signed head over " + kept.size() + " lines was changed in the database.");
            }
        }
        heads.putAll(table);
        for (var head : heads.values()) {
            if (!SigningKey.holds(head)) {
                say("The head over " + head.size() + " lines does not bear its signature.");
            } else if (key.isPresent() && !Arrays.equals(key.get(), head.key())) {
                say("The head over " + head.size() + " lines was signed with another key.");
            }
        }
    }

    private void retired(Retired word) {
        if (!word.holds() || (key.isPresent() && !Arrays.equals(key.get(), word.key()))) {
            say(
                    "The word that the first "
                            + word.leaves()
                            + " lines went to an archive is not this node's.");
        }
        mayBeGone = Math.max(mayBeGone, word.leaves());
    }

    private void step(Merkle.Edge edge, LogCheckSql.Checked leaf) {
        if (fault.isPresent()) {
            return;
        }
        var index = edge.size();
        if (leaf.index() != index) {
            say("Entry " + index + " is missing from the tree.");
        } else if (leaf.line().isEmpty() && index >= mayBeGone) {
            say("Entry " + index + " (line " + leaf.seq() + ") was deleted from the log.");
        } else if (leaf.line()
                .filter(line -> !Arrays.equals(line.leaf(), leaf.hash()))
                .isPresent()) {
            say("Entry " + index + " (line " + leaf.seq() + ") was changed.");
        } else {
            gone += leaf.line().isEmpty() ? 1 : 0;
            edge.add(leaf.hash(), this::node);
            var head = heads.get(edge.size());
            if (head != null && !Arrays.equals(head.root(), edge.root())) {
                var from = heads.lowerKey(edge.size());
                say(
                        "Entries "
                                + (from == null ? 0 : from)
                                + " to "
                                + index
                                + " are not what was signed: one of them was changed or moved together"
                                + " with its place in the tree.");
            }
            if (edge.size() % 10_000 == 0) {
                progress.accept(edge.size());
            }
        }
    }

    private void node(int level, long index, byte[] hash) {
        if (level >= NotarySql.STORED_LEVEL
                && !Arrays.equals(hash, nodes.remove(level + " " + index))) {
            say(
                    "Entries "
                            + (index << level)
                            + " to "
                            + (((index + 1) << level) - 1)
                            + " are not what the tree was built from: one of them was changed or moved, or"
                            + " the tree was.");
        }
    }

    private void finish(LogCheckSql sql, Merkle.Edge edge) {
        var last = heads.isEmpty() ? 0 : heads.lastKey();
        if (last > edge.size()) {
            say(
                    "Entry "
                            + edge.size()
                            + " and those after it are missing; "
                            + last
                            + " were signed.");
        } else if (last < edge.size()) {
            say("Entry " + last + " and those after it were added to the tree by somebody else.");
        } else if (!nodes.isEmpty()) {
            say("Subtrees were added to the tree by somebody else.");
        } else {
            sql.stray()
                    .ifPresent(seq ->
                            say("Line " + seq + " has a patient and is gone, or never was."));
            sql.added(floor())
                    .ifPresent(seq ->
                            say(
                                    "Line "
                                            + seq
                                            + " was added to the log afterwards, or moved there."));
        }
    }

    private void say(String what) {
        if (fault.isEmpty()) {
            fault = Optional.of(what);
        }
    }
}
