package trellis.codes;

import java.util.function.IntUnaryOperator;

/// Sorts numbers by what they stand for, without an object for each.
final class Order {

    /// How two numbers compare.
    @FunctionalInterface
    interface Comparison {
        int compare(int a, int b);
    }

    private Order() {}

    /// The numbers from 0 up to a size, in order; equal ones stay in theirs.
    static int[] of(int size, Comparison comparison) {
        var order = new int[size];
        for (var i = 0; i < size; i++) {
            order[i] = i;
        }
        if (!isSorted(order, comparison)) {
            sort(order.clone(), order, 0, size, comparison);
        }
        return order;
    }

    private static boolean isSorted(int[] order, Comparison comparison) {
        for (var i = 1; i < order.length; i++) {
            if (comparison.compare(order[i - 1], order[i]) > 0) {
                return false;
            }
        }
        return true;
    }

    private static void sort(int[] from, int[] into, int low, int high, Comparison comparison) {
        if (high - low < 2) {
            return;
        }
        var middle = (low + high) >>> 1;
        sort(into, from, low, middle, comparison);
        sort(into, from, middle, high, comparison);
        for (int at = low, left = low, right = middle; at < high; at++) {
            into[at] =
                    right >= high
                                    || (left < middle
                                            && comparison.compare(from[left], from[right]) <= 0)
                            ? from[left++]
                            : from[right++];
        }
    }

    /// Where a key stands in what is sorted; -1 when it does not.
    ///
    /// @param comparison how the element at a place compares with the key
    static int search(int size, IntUnaryOperator comparison) {
        var low = 0;
        var high = size - 1;
        while (low <= high) {
            var middle = (low + high) >>> 1;
            var order = comparison.applyAsInt(middle);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
