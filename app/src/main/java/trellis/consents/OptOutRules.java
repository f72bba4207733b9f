package trellis.consents;

/// The national data opt-out, after the eight points of the National Data Guardian's review (2016,
/// chapter 3). A pure function; `optout.md` among the tests shows its every answer.
final class OptOutRules {

    /// A use of information about people, as far as the opt-out asks.
    ///
    /// @param purpose what for
    /// @param form whether a person can be told from it
    /// @param basis what allows it
    record Flow(Use purpose, Form form, Basis basis) {

        /// What information is used for.
        enum Use {
            CARE("the person's own care"),
            PLANNING("planning"),
            RESEARCH("research");

            private final String words;

            Use(String words) {
                this.words = words;
            }

            String words() {
                return words;
            }
        }

        /// Whether a person can be told from it.
        enum Form {
            IDENTIFIABLE("confidential"),
            /// In line with the ICO's code of practice on anonymisation.
            ANONYMISED("anonymised");

            private final String words;

            Form(String words) {
                this.words = words;
            }

            String words() {
                return words;
            }
        }

        /// What allows a use.
        enum Basis {
            /// Care itself, implied consent.
            CARE("care"),
            /// Regulations 2 and 5 of the Control of Patient Information Regulations 2002 (section 251).
            SECTION_251("section 251"),
            /// The person's explicit consent to this very project.
            CONSENT("explicit consent"),
            /// A law or a court that leaves no choice.
            LAW("required by law"),
            /// An overriding public interest, such as an epidemic.
            PUBLIC_INTEREST("overriding public interest");

            private final String words;

            Basis(String words) {
                this.words = words;
            }

            String words() {
                return words;
            }
        }
    }

    /// A person as far as the opt-out asks.
    ///
    /// @param optedOut whether they have opted out; death changes nothing
    /// @param agreed whether they have agreed to the very project that asks
    record Person(boolean optedOut, boolean agreed) {}

    /// Whether a person's information goes into a flow.
    ///
    /// @param flows whether it does
    /// @param point which of the eight points says so
    record Answer(boolean flows, int point) {}

    private OptOutRules() {}

    /// Decides. Whether a flow is lawful at all is another question.
    static Answer decide(Flow flow, Person person) {
        if (flow.purpose() == Flow.Use.CARE) {
            // 2: information is essential for high quality care.
            return new Answer(true, 2);
        }
        if (flow.form() == Flow.Form.ANONYMISED) {
            // 7: the opt-out does not apply to anonymised information.
            return new Answer(true, 7);
        }
        return switch (flow.basis()) {
            // 8: arrangements continue to cover exceptional circumstances.
            case LAW, PUBLIC_INTEREST -> new Answer(true, 8);
            // 6: explicit consent continues to be possible; without it nobody agreed.
            case CONSENT -> new Answer(person.agreed(), 6);
            // 4: the right to opt out of purposes beyond care; 3: they are beneficial, so it flows
            // from everybody else; 5: every organisation keeps to it.
            case CARE, SECTION_251 ->
                    person.optedOut()
                            ? new Answer(person.agreed(), person.agreed() ? 6 : 4)
                            : new Answer(true, 3);
        };
    }

    /// The eight points in short.
    static String words(int point) {
        return switch (point) {
            case 1 -> "You are protected by the law";
            case 2 -> "Information is essential for high quality care";
            case 3 -> "Information is essential for other beneficial purposes";
            case 4 -> "You have the right to opt out";
            case 5 -> "The opt-out is respected by all organisations";
            case 6 -> "Explicit consent continues to be possible";
            case 7 -> "The opt-out does not apply to anonymised information";
            case 8 -> "Arrangements cover exceptional circumstances";
            default -> throw new IllegalArgumentException("there are eight points");
        };
    }
}
