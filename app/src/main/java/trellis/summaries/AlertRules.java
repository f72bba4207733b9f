package trellis.summaries;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Reason;
import trellis.people.NhsNumber;

/// Alerts: that a summary was looked at without a relationship, or without the person's permission. Pure functions.
final class AlertRules {
    private static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    private static final String USER = "https://fhir.nhs.uk/Id/sds-user-id";
    private static final String TYPES = "https://fhir.nhs.uk/CodeSystem/SCR-AlertType";
    private static final String REASONS = "https://fhir.nhs.uk/CodeSystem/SCR-AlertReason";

    private AlertRules() {}

    /// Why a summary is looked at, by the code of the service.
    enum Why {
        PUBLIC_INTEREST("1", "Access made in the public interest", true, true, Reason.OTHER),
        STATUTE("2", "Access required by statute", true, true, Reason.OTHER),
        COURT("3", "Access required by Court Order", true, true, Reason.OTHER),
        CLAIMED_EMERGENCY("4", "Self-Claim Emergency Access", true, false, Reason.EMERGENCY),
        EMERGENCY("5", "Access made in an emergency", false, true, Reason.EMERGENCY),
        PERMITTED("6", "Other", true, false, Reason.CONSENT);

        private final String code;
        private final String words;
        private final boolean claims;
        private final boolean overrides;
        private final Reason reason;

        Why(String code, String words, boolean claims, boolean overrides, Reason reason) {
            this.code = code;
            this.words = words;
            this.claims = claims;
            this.overrides = overrides;
            this.reason = reason;
        }

        String words() {
            return words;
        }

        /// As the record's openings know it.
        Reason reason() {
            return reason;
        }

        /// The reason, if it goes with the type: 1 claims a relationship, 2 does without permission.
        static Optional<Why> of(String type, String code) {
            for (var why : values()) {
                if (why.code.equals(code)
                        && ((type.equals("1") && why.claims)
                                || (type.equals("2") && why.overrides))) {
                    return Optional.of(why);
                }
            }
            return Optional.empty();
        }
    }

    /// An alert that is sent.
    ///
    /// @param ods organisation whose privacy officers are told
    /// @param words of whoever sends it; may be empty
    record Alert(Why why, NhsNumber number, String ods, String words) {}

    /// Reads an alert.
    ///
    /// @throws ScrError.Refusal when it is none
    static Alert alert(ObjectNode sent) {
        UploadRules.type(sent, "AuditEvent");
        var type = sent.path("type");
        var reasons = sent.path("subtype");
        if (!type.path("system").asString("").equals(TYPES)) {
            throw UploadRules.wrong("AuditEvent.type is a code of " + TYPES);
        }
        if (reasons.size() != 1 || !reasons.at("/0/system").asString("").equals(REASONS)) {
            throw UploadRules.wrong("AuditEvent.subtype is one code of " + REASONS);
        }
        var of = type.path("code").asString("");
        var code = reasons.at("/0/code").asString("");
        var why =
                Why.of(of, code)
                        .orElseThrow(() ->
                                UploadRules.wrong(
                                        "Alert type "
                                                + of
                                                + " with sub-type "
                                                + code
                                                + " is not a permitted combination"));
        var number = UploadRules.number(agent(sent, NhsNumber.SYSTEM));
        var ods = agent(sent, ODS);
        if (ods.isEmpty()) {
            throw UploadRules.wrong("Organisation code missing: an agent of " + ODS);
        }
        if (agent(sent, USER).isEmpty()) {
            throw UploadRules.wrong("User missing: an agent of " + USER);
        }
        if (sent.at("/extension/0/valueString").asString("").isEmpty()) {
            throw UploadRules.wrong("The notification message is missing: AuditEvent.extension");
        }
        if (sent.at("/source/observer/identifier/value").asString("").isEmpty()) {
            throw UploadRules.wrong("AuditEvent.source.observer is the system that sends it");
        }
        if (sent.path("recorded").asString("").isEmpty()) {
            throw UploadRules.wrong("AuditEvent.recorded is when it was");
        }
        return new Alert(why, number, ods, sent.path("outcomeDesc").asString("").strip());
    }

    private static String agent(ObjectNode sent, String system) {
        return sent.path("agent")
                .valueStream()
                .map(agent -> agent.at("/who/identifier"))
                .filter(identifier -> identifier.path("system").asString("").equals(system))
                .map(identifier -> identifier.path("value").asString("").strip())
                .findFirst()
                .orElse("");
    }
}
