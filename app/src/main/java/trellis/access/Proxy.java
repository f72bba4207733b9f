package trellis.access;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;

/// Somebody's leave to act for another person: a parent, a carer or an attorney.
///
/// @param id its number
/// @param account who acts
/// @param name their name
/// @param patient id of the patient for whom
/// @param kind why they may
/// @param scope how much they see, a word of `permissions.md`
/// @param granted since when
/// @param ends when it ends by itself; empty for never
/// @param revoked when somebody took it back
public record Proxy(
        long id,
        long account,
        String name,
        String patient,
        Kind kind,
        String scope,
        Instant granted,
        Optional<Instant> ends,
        Optional<Instant> revoked) {

    /// Where days begin and end.
    private static final ZoneId LONDON = ZoneId.of("Europe/London");

    /// The scope that shows everything, a word of `permissions.md`.
    public static final String EVERYTHING = "full";

    /// From this age a child decides about their health record as far as they understand it: a parent's
    /// leave given before has ended, and one given later is narrower.
    static final int ELEVEN = 11;

    /// From this age consent is the young person's own (Family Law Reform Act 1969, section 8).
    static final int SIXTEEN = 16;

    /// Why somebody may act for another.
    public enum Kind {
        PARENT("parent", "Parent or guardian"),
        CARER("carer", "Carer"),
        ATTORNEY("attorney", "Attorney for health and welfare");

        private final String code;
        private final String words;

        Kind(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /// As forms and the database name it.
        public String code() {
            return code;
        }

        /// As it is shown to people.
        public String words() {
            return words;
        }

        /// Reads [#code].
        public static Optional<Kind> of(String code) {
            return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
        }
    }

    /// Whether it holds.
    public sealed interface State {
        /// @param scope how much may be seen now
        record Holds(String scope) implements State {}

        /// @param why in a plain sentence
        record Over(String why) implements State {}
    }

    public Proxy {
        requireNonNull(kind);
        requireNonNull(scope);
    }

    /// Whether it holds at a moment.
    ///
    /// @param born the patient's birth date; empty when not known: then a parent's leave does not hold
    public State state(Optional<LocalDate> born, Instant now) {
        if (revoked.filter(when -> !when.isAfter(now)).isPresent()) {
            return new State.Over("It has been taken back.");
        }
        if (ends.filter(when -> !when.isAfter(now)).isPresent()) {
            return new State.Over("Its time is over.");
        }
        return switch (kind) {
            case CARER, ATTORNEY -> new State.Holds(scope);
            case PARENT ->
                    born.map(birth -> ofParent(birth, now))
                            .orElse(new State.Over("The child's date of birth is not known."));
        };
    }

    private State ofParent(LocalDate born, Instant now) {
        var eleventh = born.plusYears(ELEVEN).atStartOfDay(LONDON).toInstant();
        var sixteenth = born.plusYears(SIXTEEN).atStartOfDay(LONDON).toInstant();
        if (!now.isBefore(sixteenth)) {
            return new State.Over(
                    "The young person is 16 and decides themselves who sees their record.");
        }
        if (now.isBefore(eleventh)) {
            return new State.Holds(scope);
        }
        return granted.isBefore(eleventh)
                ? new State.Over(
                        "The child is 11: the GP surgery has to agree again with the child and you.")
                : new State.Holds(Permissions.YOUNG);
    }
}
