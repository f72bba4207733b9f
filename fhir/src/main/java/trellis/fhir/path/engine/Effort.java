package trellis.fhir.path.engine;

/// How much may be done: by one evaluation, or by several that share it. One step is about one
/// element visited or two values compared. Not for several threads at once.
public final class Effort {

    /// Some tenths of a second; the dearest published invariant takes a thousandth of it on the
    /// largest published resource.
    static final int STEPS = 2_000_000;

    /// What compiling may take: the types that `repeat` reaches are found by compiling it again.
    private static final int COMPILING = 20_000;

    /// Longest text that an expression may make.
    static final int TEXT = 1 << 20;

    private final int all;
    private int left;

    /// What one evaluation may take.
    public Effort() {
        this(STEPS);
    }

    private Effort(int all) {
        this.all = all;
        this.left = all;
    }

    static Effort compiling() {
        return new Effort(COMPILING);
    }

    /// Takes some of it.
    ///
    /// @throws trellis.fhir.Refused with a BadRequest of code `too-costly` when no more is left
    public void spend(int steps) {
        left -= steps;
        if (left < 0) {
            throw Faults.tooCostly("the expression needs more than " + all + " steps");
        }
    }

    /// Text that was made is paid for, and bounded.
    String made(String text) {
        if (text.length() > TEXT) {
            throw Faults.tooCostly(
                    "the expression makes a text of more than " + TEXT + " characters");
        }
        spend(text.length() >> 6);
        return text;
    }
}
