package trellis.codes;

/// Identifiers of SNOMED CT: 6 to 18 digits of which the last checks the others by Verhoeff's scheme.
public final class SctIds {
    private static final int[][] PRODUCT = product();
    private static final int[][] PERMUTATION = permutation();
    private static final int[] INVERSE = {0, 4, 3, 2, 1, 5, 6, 7, 8, 9};
    private static final long SMALLEST = 100_000;
    private static final long LARGEST = 999_999_999_999_999_999L;

    private SctIds() {}

    /// Multiplication in the dihedral group of order ten: turns of a pentagon, and turns after a flip.
    private static int[][] product() {
        var table = new int[10][10];
        for (var a = 0; a < 10; a++) {
            for (var b = 0; b < 10; b++) {
                var turn = a < 5 ? (a + b) % 5 : Math.floorMod(a - b, 5);
                table[a][b] = (a < 5) == (b < 5) ? turn : 5 + turn;
            }
        }
        return table;
    }

    private static int[][] permutation() {
        var table = new int[8][10];
        var first = new int[] {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
        for (var digit = 0; digit < 10; digit++) {
            table[0][digit] = digit;
        }
        for (var row = 1; row < 8; row++) {
            for (var digit = 0; digit < 10; digit++) {
                table[row][digit] = table[row - 1][first[digit]];
            }
        }
        return table;
    }

    /// Whether this is an identifier.
    public static boolean valid(long id) {
        return id >= SMALLEST && id <= LARGEST && check(id, 0) == 0;
    }

    /// An identifier from all its digits but the last.
    public static long of(long allButLast) {
        return allButLast * 10 + INVERSE[check(allButLast, 1)];
    }

    private static int check(long digits, int place) {
        var sum = 0;
        var at = place;
        for (var rest = digits; rest > 0; rest /= 10) {
            sum = PRODUCT[sum][PERMUTATION[at++ % 8][(int) (rest % 10)]];
        }
        return sum;
    }
}
