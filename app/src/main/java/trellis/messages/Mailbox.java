package trellis.messages;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/// Where an organisation's system receives messages.
///
/// @param id in capitals, such as `X26ABC1`
/// @param name as people know it
/// @param ods ODS code of the organisation it belongs to
/// @param certificate subject of the TLS certificate its system must show (RFC 4514); empty for any connection
/// @param workflows what it takes, by workflow id; empty for everything
/// @param internal whether this server itself answers what comes there
/// @param disabled whether it neither sends nor receives
public record Mailbox(
        String id,
        String name,
        String ods,
        String certificate,
        Set<String> workflows,
        boolean internal,
        boolean disabled) {

    /// Where lists go of which is asked who has opted out. The server itself answers them.
    static final Mailbox OPT_OUT_CHECK =
            new Mailbox(
                    "X26HC036",
                    "National data opt-out check",
                    "X26",
                    "",
                    Set.of("SPINE_NTT_UPHOLDING"),
                    true,
                    false);

    /// Its id.
    static final String OPT_OUT = OPT_OUT_CHECK.id();

    public Mailbox {
        requireNonNull(id);
        requireNonNull(name);
        requireNonNull(ods);
        requireNonNull(certificate);
        workflows = Set.copyOf(workflows);
    }

    boolean takes(String workflow) {
        return workflows.isEmpty() || workflows.contains(workflow);
    }
}
