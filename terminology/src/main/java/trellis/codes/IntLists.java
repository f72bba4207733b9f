package trellis.codes;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// For each number from 0 up a list of places in some other array, or of other numbers: all lists in one array.
///
/// @param starts where each list starts, and where the last one ends
/// @param values the lists, one after the other
record IntLists(int[] starts, int[] values) {

    /// Groups entries by whose they are; within a list they keep their order.
    ///
    /// @param size how many lists
    /// @param owners whose each entry is
    static IntLists group(int size, int[] owners) {
        var starts = new int[size + 1];
        for (var owner : owners) {
            starts[owner + 1]++;
        }
        for (var i = 0; i < size; i++) {
            starts[i + 1] += starts[i];
        }
        var next = starts.clone();
        var places = new int[owners.length];
        for (var entry = 0; entry < owners.length; entry++) {
            places[next[owners[entry]]++] = entry;
        }
        return new IntLists(starts, places);
    }

    /// The same lists with something else in the place of each entry.
    IntLists of(int[] instead) {
        var mapped = new int[values.length];
        for (var i = 0; i < mapped.length; i++) {
            mapped[i] = instead[values[i]];
        }
        return new IntLists(starts, mapped);
    }

    int from(int owner) {
        return starts[owner];
    }

    int to(int owner) {
        return starts[owner + 1];
    }

    int value(int place) {
        return values[place];
    }

    int[] of(int owner) {
        return Arrays.copyOfRange(values, starts[owner], starts[owner + 1]);
    }

    void write(DataOutput out) throws IOException {
        Packing.write(starts, out);
        Packing.write(values, out);
    }

    static IntLists read(DataInput in) throws IOException {
        return new IntLists(Packing.ints(in), Packing.ints(in));
    }
}
