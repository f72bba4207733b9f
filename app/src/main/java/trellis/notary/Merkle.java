package trellis.notary;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The Merkle tree of RFC 9162, section 2.1, with SHA-256. Trees are told by their number of leaves;
/// hashes of complete subtrees come from wherever they are kept.
final class Merkle {

    private Merkle() {}

    /// Hashes of complete subtrees.
    @FunctionalInterface
    interface Nodes {
        /// The hash of the subtree over 2^level leaves that is the index-th of its level.
        byte[] at(int level, long index);
    }

    /// Hears of complete subtrees as a tree grows.
    @FunctionalInterface
    interface Complete {
        void node(int level, long index, byte[] hash);
    }

    /// The hash of a leaf.
    static byte[] leaf(byte[] entry) {
        return hash((byte) 0, entry, new byte[0]);
    }

    private static byte[] node(byte[] left, byte[] right) {
        return hash((byte) 1, left, right);
    }

    private static byte[] hash(byte kind, byte[] first, byte[] second) {
        var digest = sha256();
        digest.update(kind);
        digest.update(first);
        digest.update(second);
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// A tree as it grows: the complete subtrees at its right edge, at most one a level.
    static final class Edge {
        private final List<byte[]> levels = new ArrayList<>();
        private long size;

        /// The edge of a tree of that size.
        static Edge of(long size, Nodes nodes) {
            var edge = new Edge();
            edge.size = size;
            for (var level = 0; size >> level > 0; level++) {
                var there = (size >> level & 1) == 1;
                edge.levels.add(there ? nodes.at(level, (size >> level) - 1) : new byte[0]);
            }
            return edge;
        }

        /// How many leaves.
        long size() {
            return size;
        }

        /// Adds a leaf.
        void add(byte[] leaf, Complete heard) {
            var carried = leaf;
            var level = 0;
            heard.node(0, size, leaf);
            while ((size >> level & 1) == 1) {
                carried = node(levels.get(level), carried);
                levels.set(level, new byte[0]);
                level++;
                heard.node(level, size >> level, carried);
            }
            if (level == levels.size()) {
                levels.add(carried);
            } else {
                levels.set(level, carried);
            }
            size++;
        }

        /// The hash of the whole tree.
        byte[] root() {
            var root = new byte[0];
            for (var level = 0; level < levels.size(); level++) {
                if ((size >> level & 1) == 1) {
                    root = root.length == 0 ? levels.get(level) : node(levels.get(level), root);
                }
            }
            return size == 0 ? sha256().digest() : root;
        }
    }

    /// The hash of the leaves from `start` on, which must be the left end of a subtree.
    private static byte[] range(long start, long count, Nodes nodes) {
        if (Long.bitCount(count) == 1) {
            var level = Long.numberOfTrailingZeros(count);
            return nodes.at(level, start >> level);
        }
        var left = Long.highestOneBit(count);
        return node(range(start, left, nodes), range(start + left, count - left, nodes));
    }

    /// The proof that a leaf is in a tree (2.1.3.1).
    static List<byte[]> inclusion(long index, long size, Nodes nodes) {
        var path = new ArrayList<byte[]>();
        inclusion(index, 0, size, nodes, path);
        return path;
    }

    private static void inclusion(
            long index, long start, long count, Nodes nodes, List<byte[]> path) {
        if (count == 1) {
            return;
        }
        var left = leftOf(count);
        if (index < left) {
            inclusion(index, start, left, nodes, path);
            path.add(range(start + left, count - left, nodes));
        } else {
            inclusion(index - left, start + left, count - left, nodes, path);
            path.add(range(start, left, nodes));
        }
    }

    /// The proof that a tree continues a smaller one (2.1.4.1).
    static List<byte[]> consistency(long first, long second, Nodes nodes) {
        var path = new ArrayList<byte[]>();
        if (first > 0 && first < second) {
            consistency(first, 0, second, true, nodes, path);
        }
        return path;
    }

    private static void consistency(
            long first, long start, long count, boolean whole, Nodes nodes, List<byte[]> path) {
        if (first == count) {
            if (!whole) {
                path.add(range(start, count, nodes));
            }
            return;
        }
        var left = leftOf(count);
        if (first <= left) {
            consistency(first, start, left, whole, nodes, path);
            path.add(range(start + left, count - left, nodes));
        } else {
            consistency(first - left, start + left, count - left, false, nodes, path);
            path.add(range(start, left, nodes));
        }
    }

    /// The largest power of two smaller than a count of two or more.
    private static long leftOf(long count) {
        return Long.highestOneBit(count - 1);
    }

    /// Whether a proof shows that a leaf is in the tree with that root (2.1.3.2).
    static boolean included(byte[] leaf, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        var at = index;
        var last = size - 1;
        var hash = leaf;
        for (var step : path) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = node(step, hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, step);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /// Whether a proof shows that a tree continues a smaller one (2.1.4.2).
    static boolean consistent(
            long first, long second, byte[] firstRoot, byte[] secondRoot, List<byte[]> proof) {
        if (first == second) {
            return proof.isEmpty() && Arrays.equals(firstRoot, secondRoot);
        }
        if (first <= 0 || first > second || proof.isEmpty()) {
            return false;
        }
        var path = new ArrayList<>(proof);
        if (Long.bitCount(first) == 1) {
            path.addFirst(firstRoot);
        }
        var at = first - 1;
        var last = second - 1;
        while ((at & 1) == 1) {
            at >>= 1;
            last >>= 1;
        }
        var one = path.getFirst();
        var other = path.getFirst();
        for (var step : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                one = node(step, one);
                other = node(step, other);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                other = node(other, step);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(one, firstRoot) && Arrays.equals(other, secondRoot);
    }
}
