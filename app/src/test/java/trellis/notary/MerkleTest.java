package trellis.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MerkleTest {
    private static final int MOST = 40;

    private final Map<String, byte[]> nodes = new HashMap<>();
    private final List<byte[]> leaves = new ArrayList<>();
    private final List<byte[]> roots = new ArrayList<>();

    private void grow(List<byte[]> entries) {
        var edge = Merkle.Edge.of(0, this::at);
        roots.add(edge.root());
        for (var entry : entries) {
            leaves.add(Merkle.leaf(entry));
            edge.add(
                    leaves.getLast(), (level, index, hash) -> nodes.put(level + " " + index, hash));
            roots.add(edge.root());
        }
    }

    private byte[] at(int level, long index) {
        return nodes.getOrDefault(level + " " + index, new byte[0]);
    }

    private static List<byte[]> entries(int count) {
        var entries = new ArrayList<byte[]>();
        for (var i = 0; i < count; i++) {
            entries.add(("entry " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return entries;
    }

    /// The tree that the reference implementation of Certificate Transparency is tested with.
    @Test
    void roots_are_those_of_the_reference_implementation() {
        grow(
                List.of(
                                "",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f")
                        .stream()
                        .map(HexFormat.of()::parseHex)
                        .toList());
        assertThat(hex(roots.get(0)))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(hex(roots.get(1)))
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(hex(roots.get(2)))
                .isEqualTo("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assertThat(hex(roots.get(3)))
                .isEqualTo("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assertThat(hex(roots.get(8)))
                .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    @Test
    void every_leaf_is_proved_to_be_in_every_tree_that_has_it_and_in_no_other() {
        grow(entries(MOST));
        for (var size = 1; size <= MOST; size++) {
            for (var index = 0; index < size; index++) {
                var path = Merkle.inclusion(index, size, this::at);
                var leaf = leaves.get(index);
                assertThat(Merkle.included(leaf, index, size, path, roots.get(size)))
                        .as("%d of %d", index, size)
                        .isTrue();
                assertThat(Merkle.included(leaf, index, size, path, roots.get(size - 1))).isFalse();
                assertThat(
                                Merkle.included(
                                        leaves.get((index + 1) % MOST),
                                        index,
                                        size,
                                        path,
                                        roots.get(size)))
                        .isFalse();
            }
        }
    }

    @Test
    void every_tree_is_proved_to_continue_every_smaller_one_and_no_other() {
        grow(entries(MOST));
        for (var second = 1; second <= MOST; second++) {
            for (var first = 1; first <= second; first++) {
                var proof = Merkle.consistency(first, second, this::at);
                assertThat(
                                Merkle.consistent(
                                        first, second, roots.get(first), roots.get(second), proof))
                        .as("%d to %d", first, second)
                        .isTrue();
                assertThat(Merkle.consistent(first, second, roots.get(0), roots.get(second), proof))
                        .isFalse();
            }
        }
    }

    @Test
    void an_edge_is_taken_up_again_from_its_subtrees() {
        grow(entries(MOST));
        for (var size = 0; size <= MOST; size++) {
            assertThat(Merkle.Edge.of(size, this::at).root()).isEqualTo(roots.get(size));
        }
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
