package trellis.prescriptions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import trellis.people.NhsNumber;

/// One prescription, with all its issues.
///
/// @param number as it was signed: after two records were made one it may be the one that the patient had before
/// @param patient id of the patient's resource here
/// @param by who signed it, and for whom
/// @param nominated ODS code of the dispenser whom the patient has chosen; empty without one
/// @param days how long an issue of repeat dispensing lasts
/// @param sent when it was taken in
/// @param version counts its changes
/// @param issues in the order of their numbers
record Prescription(
        PrescriptionId id,
        NhsNumber number,
        String patient,
        Prescriber by,
        Treatment treatment,
        Optional<String> nominated,
        int days,
        Instant sent,
        int version,
        List<Issue> issues) {

    /// Who prescribed.
    ///
    /// @param user SDS user id
    /// @param name as it is printed
    /// @param odsCode of their organisation
    /// @param signer subject of the certificate that they signed with; empty until the signature has been checked
    record Prescriber(String user, String name, String odsCode, String signer) {
        Prescriber signedAs(String subject) {
            return new Prescriber(user, name, odsCode, subject);
        }
    }

    /// What kind it is.
    enum Treatment {
        ACUTE("0001", "acute", "Short course (acute) therapy", "order"),
        REPEAT("0002", "continuous", "Continuous long term therapy", "instance-order"),
        REPEAT_DISPENSING(
                "0003",
                "continuous-repeat-dispensing",
                "Continuous long term (repeat dispensing)",
                "reflex-order");

        private final String type;
        private final String course;
        private final String words;
        private final String intent;

        Treatment(String type, String course, String words, String intent) {
            this.type = type;
            this.course = course;
            this.words = words;
            this.intent = intent;
        }

        /// Code of the prescription treatment type.
        String type() {
            return type;
        }

        /// Code of the course of therapy, as messages have it.
        String course() {
            return course;
        }

        String words() {
            return words;
        }

        /// The intent by which the tracker tells kinds apart.
        String intent() {
            return intent;
        }

        static Optional<Treatment> ofCourse(String code) {
            return List.of(values()).stream().filter(one -> one.course.equals(code)).findFirst();
        }
    }

    Prescription {
        issues = List.copyOf(issues);
    }

    Prescription with(List<Issue> now) {
        return new Prescription(
                id, number, patient, by, treatment, nominated, days, sent, version, now);
    }

    /// The issue with a number.
    Optional<Issue> issue(int which) {
        return issues.stream().filter(one -> one.number() == which).findFirst();
    }

    /// The issue that is dealt with now: the first that is not over, or the last.
    Issue current() {
        return issues.stream()
                .filter(one -> !one.state().over())
                .findFirst()
                .orElseGet(issues::getLast);
    }
}
