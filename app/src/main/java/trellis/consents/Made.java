package trellis.consents;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// A choice that a person makes.
public sealed interface Made {

    /// The national data opt-out.
    ///
    /// @param out whether the person opts out
    record OptOut(boolean out) implements Made {}

    /// Whether the record is kept to where the person is registered, has been seen, or has said.
    record SharingDissent(boolean dissents) implements Made {}

    /// Permission for the Summary Care Record.
    record Summary(Scr permission) implements Made {}

    /// Lets an organisation see the record.
    ///
    /// @param organisation its id, which is its ODS code
    /// @param until the last day; empty for no end
    /// @param may false takes it back
    record Share(String organisation, Optional<LocalDate> until, boolean may) implements Made {}

    /// Agrees to a research project.
    ///
    /// @param study id of the ResearchStudy
    /// @param agrees false takes it back
    record Project(String study, boolean agrees) implements Made {}

    /// How the person wants to be reached.
    record Reach(Set<Way> ways) implements Made {}

    /// Permission values of the Summary Care Record
    /// (`https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission`), with what the GP's consent code adds.
    enum Scr {
        /// No summary.
        NO("No", "No Summary Care Record"),
        /// Core information: medicines and allergies, with permission to view.
        CORE("Ask", "Medicines and allergies"),
        /// Core and additional information, with permission to view.
        FULL("Ask", "Medicines, allergies and additional information");

        private final String permission;
        private final String words;

        Scr(String permission, String words) {
            this.permission = permission;
            this.words = words;
        }

        /// The code on the wire.
        public String permission() {
            return permission;
        }

        /// As it is shown to people.
        public String words() {
            return words;
        }
    }

    /// A way to be reached.
    enum Way {
        APP("Message in the app"),
        MAIL("Email"),
        TEXT("Text message"),
        LETTER("Letter"),
        PHONE("Telephone"),
        LARGE_PRINT("Letters in large print"),
        BRAILLE("Letters in braille"),
        EASY_READ("Easy read"),
        INTERPRETER("An interpreter at appointments");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        /// As it is shown to people.
        public String words() {
            return words;
        }

        /// Reads its name.
        public static Optional<Way> of(String name) {
            return Arrays.stream(values()).filter(way -> way.name().equals(name)).findFirst();
        }
    }
}
