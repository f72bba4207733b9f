package trellis.portal;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import trellis.audit.AuditLine;

/// Lines of the audit as a person reads them. Pure functions.
final class LookedRules {
    private static final Map<String, String> PAGES =
            Map.ofEntries(
                    Map.entry("patient summary", "Your summary"),
                    Map.entry("allergies of a patient", "Your allergies"),
                    Map.entry("problems of a patient", "Your health problems"),
                    Map.entry("medicines of a patient", "Your medicines"),
                    Map.entry("results of a patient", "Your test results"),
                    Map.entry("encounters of a patient", "Your visits and stays"),
                    Map.entry("documents of a patient", "Your documents"),
                    Map.entry("immunisations of a patient", "Your vaccinations"),
                    Map.entry("your choices", "Your choices"),
                    Map.entry("messages", "The list of messages about you"),
                    Map.entry("a conversation", "Messages about you"),
                    Map.entry("a new message", "The page to write a message about you"),
                    Map.entry("who looked at your record", "Who looked at your record"),
                    Map.entry("who looked", "Who looked at your record"),
                    Map.entry(
                            "find a patient: results",
                            "Your name in a list, when looking for somebody"));
    private static final String OPENED = "page: opened with the reason: ";

    private LookedRules() {}

    /// Who, as far as people are told.
    ///
    /// @param self number of the account of whoever asks
    static String who(AuditLine line, long self, boolean names) {
        var who = line.who();
        if (who.account() != 0 && who.account() == self) {
            return "You";
        }
        if (who.role().equals("PATIENT")) {
            return "Somebody who acts for you: " + who.name();
        }
        if (who.role().equals("SYSTEM") && who.organisation().isEmpty()) {
            return "This server itself";
        }
        var role = role(who.role());
        var place = who.organisation().isEmpty() ? "" : ", " + who.organisation();
        return (names && who.account() != 0 ? who.name() + ", " + role : role) + place;
    }

    private static String role(String role) {
        return switch (role) {
            case "GP" -> "GP";
            case "AUDITOR" -> "Privacy officer";
            case "SYSTEM" -> "A computer system";
            default ->
                    role.substring(0, 1)
                            + role.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /// What they saw or did.
    static String what(AuditLine line) {
        var what = line.what();
        if (what.startsWith(OPENED)) {
            return "Opened your record with a reason";
        }
        if (what.startsWith("page: ")) {
            return PAGES.getOrDefault(what.substring(6), "Your record: " + what.substring(6));
        }
        var type = line.target().type();
        var about = type.isEmpty() ? "your record" : kind(type);
        return switch (line.action()) {
            case CREATE -> "Added to " + about;
            case READ -> "Read " + about;
            case UPDATE -> "Changed " + about;
            case DELETE -> "Deleted from " + about;
            case EXECUTE -> type.isEmpty() ? upper(what) : "Looked through " + about;
        };
    }

    private static String kind(String type) {
        return switch (type) {
            case "Patient" -> "your details";
            case "AllergyIntolerance" -> "your allergies";
            case "Condition" -> "your health problems";
            case "MedicationRequest", "MedicationStatement" -> "your medicines";
            case "Observation", "DiagnosticReport" -> "your test results";
            case "Encounter" -> "your visits and stays";
            case "DocumentReference" -> "your documents";
            case "Immunization" -> "your vaccinations";
            case "Appointment" -> "your appointments";
            case "Consent" -> "your choices";
            case "Communication" -> "your messages";
            default -> "your record (" + type + ")";
        };
    }

    private static String upper(String text) {
        return text.isEmpty()
                ? "Your record"
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /// Why: the reason given, or that none is asked for.
    static String why(AuditLine line) {
        if (line.what().startsWith(OPENED)) {
            return "Their reason: " + line.what().substring(OPENED.length());
        }
        return switch (line.who().role()) {
            case "PATIENT" -> "At your or their own wish";
            case "AUDITOR" -> "To check who looked";
            case "SYSTEM" -> "To run the service";
            default -> "For your care";
        };
    }

    /// Through which app; empty for this server's own pages.
    static Optional<String> app(AuditLine line) {
        var came = line.who().came();
        if (came.startsWith("APP ")) {
            return Optional.of(came.substring(4));
        }
        return came.equals("TOKEN") || came.startsWith("NODE ")
                ? Optional.of("Another computer system")
                : Optional.empty();
    }

    /// Whether nothing was shown after all.
    static boolean refused(AuditLine line) {
        return line.status() >= 400;
    }
}
