package trellis.audit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.audit.AuditEntry.Action;
import trellis.page.StaffFormat;

/// The page "Who looked".
///
/// @param form what was asked
/// @param errors by field
/// @param whole whether the caller may look through the whole log, not only one patient's
/// @param rows newest first
/// @param next address of older lines
/// @param first address of the newest lines, on every page but the first
/// @param csv address of the same as a file
record AuditView(
        AuditForm form,
        Map<String, String> errors,
        boolean whole,
        List<Row> rows,
        Optional<String> next,
        Optional<String> first,
        Optional<String> csv) {

    /// One line of the log in words.
    ///
    /// @param when `09-Mar-2026 14:05`
    /// @param who name
    /// @param as role and organisation, and how they came in
    /// @param did what was done
    /// @param about what it was done to; may be empty
    /// @param query what was searched for; may be empty
    /// @param patient how the log calls the first patient's record; empty for none
    /// @param link address of that record's lines
    /// @param others how many more records were touched
    /// @param outcome such as `Done` or `Refused (403)`
    /// @param from address and client
    record Row(
            String when,
            String who,
            String as,
            String did,
            String about,
            String query,
            String patient,
            String link,
            int others,
            String outcome,
            String from) {

        static Row of(AuditLine line, AuditForm form) {
            var key = line.patient() == 0 ? "" : AuditRules.record(line.patient());
            return new Row(
                    StaffFormat.dateTime(line.when()),
                    line.who().name(),
                    as(line.who()),
                    did(line),
                    about(line),
                    line.target().query(),
                    key.replace(AuditRules.RECORD, ""),
                    "/audit" + form.about(key).query(Map.of()),
                    line.others(),
                    outcome(line.status()),
                    line.source().address());
        }

        static String as(AuditLine.Who who) {
            var role = words(who.role());
            var place =
                    who.organisation().isEmpty()
                            ? ""
                            : ", " + who.organisation() + " (" + who.odsCode() + ")";
            return role + place + ", " + came(who.came());
        }

        static String did(AuditLine line) {
            return line.action() == Action.EXECUTE
                    ? line.what()
                    : line.action().words() + " (" + line.what() + ")";
        }

        static String about(AuditLine line) {
            var target = line.target();
            var one = target.id().isEmpty() ? target.type() : target.type() + "/" + target.id();
            return target.version() == 0 ? one : one + ", version " + target.version();
        }

        static String outcome(int status) {
            if (status == 0 || status < 400) {
                return "Done";
            }
            return (status == 401 || status == 403 ? "Refused (" : "Not done (") + status + ")";
        }

        private static String words(String role) {
            return role.substring(0, 1)
                    + role.substring(1).toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }

        private static String came(String came) {
            if (came.startsWith("APP ")) {
                return "through " + came.substring(4);
            }
            if (came.startsWith("NODE ")) {
                return "at the node " + came.substring(5);
            }
            return switch (came) {
                case "SESSION" -> "signed in";
                case "TOKEN" -> "with a token";
                case "OPEN" -> "open mode";
                case "COMMAND" -> "at the terminal";
                default -> "the server itself";
            };
        }
    }

    Optional<String> error(String field) {
        return Optional.ofNullable(errors.get(field));
    }

    String heading() {
        return form.patient().isEmpty() ? "Who looked" : "Who looked at this record";
    }

    /// The actions to choose from.
    static List<Action> actions() {
        return List.of(Action.values());
    }
}
