package trellis.privacy;

import java.util.EnumSet;
import java.util.Set;

/// Which accesses look like snooping: a pure function of what is known about them. What it flags is for a
/// person to judge; nobody is refused anything by it.
final class DetectorRules {
    /// From this sum on, a person should look at it.
    static final int FLAG = 6;

    /// A surname that at most so many of a thousand patients bear is rare.
    static final double RARE = 2.0 / 1000;

    private static final int USUAL_LEAST = 30;
    private static final int TIMES_USUAL = 3;

    /// One person's accesses to one record on one day.
    ///
    /// @param sameAddress whether the patient's address is their own
    /// @param sameSurname whether the patient bears their surname
    /// @param surnameShare which part of all patients bears it
    /// @param colleague whether the patient works at their organisation
    /// @param publicFigure whether the record is marked so
    /// @param care whether anything of care is recorded around that day at their organisation
    /// @param others how many others of their organisation looked within a week
    /// @param opened whether they opened it with a reason
    /// @param records how many records they saw that day
    /// @param usual how many they see on a usual day
    record Access(
            boolean sameAddress,
            boolean sameSurname,
            double surnameShare,
            boolean colleague,
            boolean publicFigure,
            boolean care,
            int others,
            boolean opened,
            int records,
            double usual) {}

    /// @param signals what looks wrong
    /// @param score how wrong in sum
    record Verdict(Set<Signal> signals, int score) {
        boolean flagged() {
            return score >= FLAG;
        }
    }

    private DetectorRules() {}

    static Verdict judge(Access access) {
        var signals = EnumSet.noneOf(Signal.class);
        add(signals, Signal.SAME_ADDRESS, access.sameAddress());
        var rare = access.surnameShare() <= RARE;
        add(signals, Signal.RARE_SURNAME, access.sameSurname() && rare);
        add(signals, Signal.SAME_SURNAME, access.sameSurname() && !rare);
        add(signals, Signal.COLLEAGUE, access.colleague());
        add(signals, Signal.PUBLIC_FIGURE, access.publicFigure());
        add(signals, Signal.NO_CARE, !access.care());
        add(signals, Signal.ALONE, access.others() == 0);
        add(signals, Signal.OPENED, access.opened());
        add(
                signals,
                Signal.VOLUME,
                access.records() > Math.max(USUAL_LEAST, TIMES_USUAL * access.usual()));
        // Who is treated where they work, or by somebody of their name, is treated all the same.
        var score = signals.stream().mapToInt(Signal::weight).sum();
        return new Verdict(signals, access.care() && access.others() > 0 ? score - 3 : score);
    }

    private static void add(Set<Signal> signals, Signal signal, boolean there) {
        if (there) {
            signals.add(signal);
        }
    }
}
