package trellis.audit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The fields of the page "Who looked", as they were typed.
///
/// @param patient a patient's id, an NHS number, or `record:` and the key of a record
/// @param account a sign-in name
/// @param action the code of an action
/// @param from a day, such as 2026-03-09
/// @param until a day, itself included
record AuditForm(String patient, String account, String action, String from, String until) {

    /// @param sent the fields of a form or of an address
    static AuditForm of(Map<String, String> sent) {
        return new AuditForm(
                field(sent, "patient"),
                field(sent, "account"),
                field(sent, "action"),
                field(sent, "from"),
                field(sent, "until"));
    }

    private static String field(Map<String, String> sent, String name) {
        return sent.getOrDefault(name, "").strip();
    }

    /// The same about another patient.
    AuditForm about(String other) {
        return new AuditForm(other, account, action, from, until);
    }

    boolean empty() {
        return (patient + account + action + from + until).isEmpty();
    }

    /// The fields as the query of an address, beginning with `?` unless there are none.
    String query(Map<String, String> more) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("patient", patient);
        fields.put("account", account);
        fields.put("action", action);
        fields.put("from", from);
        fields.put("until", until);
        fields.putAll(more);
        var text =
                fields.entrySet().stream()
                        .filter(field -> !field.getValue().isEmpty())
                        .map(field ->
                                field.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return text.isEmpty() ? "" : "?" + text;
    }
}
