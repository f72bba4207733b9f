package trellis.messages;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the exchange says, in the two versions of its formats. Pure functions.
final class MeshView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final String YES = "Y";
    private static final String FILE = "application/octet-stream";

    private MeshView() {}

    private static ObjectNode object() {
        return JSON.objectNode();
    }

    /// The media type of a version.
    static String type(int version) {
        return version < 2 ? "application/json" : "application/vnd.mesh.v2+json";
    }

    static ObjectNode handshake(String mailbox) {
        return object().put("mailboxId", mailbox);
    }

    static ObjectNode sent(String id, int version) {
        return object().put(version < 2 ? "messageID" : "message_id", id);
    }

    static ObjectNode chunk(String id, int chunk) {
        return object().put("messageID", id).put("blockID", chunk);
    }

    static ObjectNode acknowledged(String id) {
        return object().put("messageId", id);
    }

    static ObjectNode count(int count, int version) {
        var json = object().put("count", count);
        if (version < 2) {
            json.put("internalID", internalId()).put("allResultsIncluded", true);
        }
        return json;
    }

    private static String internalId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /// A request for what waits, as it is linked.
    ///
    /// @param most as it was sent; may be empty
    /// @param filter as it was sent; may be empty
    record Asked(String mailbox, String most, String filter) {
        private String link(String from) {
            var query = new LinkedHashMap<String, String>();
            query.put("max_results", most);
            query.put("workflow_filter", filter);
            query.put("continue_from", from);
            var text = new StringBuilder("/messageexchange/").append(mailbox).append("/inbox");
            var separator = '?';
            for (var part : query.entrySet()) {
                if (!part.getValue().isEmpty()) {
                    text.append(separator).append(part.getKey()).append('=');
                    text.append(UriUtils.encode(part.getValue(), StandardCharsets.UTF_8));
                    separator = '&';
                }
            }
            return text.toString();
        }
    }

    static ObjectNode inbox(Messages.Listed listed, int count, Asked asked, int version) {
        var json = object();
        var ids = json.putArray("messages");
        listed.ids().forEach(ids::add);
        if (version >= 2) {
            json.put("approx_inbox_count", count);
            var links = json.putObject("links").put("self", asked.link(""));
            if (listed.more()) {
                links.put("next", asked.link(listed.ids().getLast()));
            }
        }
        return json;
    }

    /// A rich list.
    ///
    /// @param box `inbox/rich` or `outbox/rich` below the mailbox
    static ObjectNode told(
            Messages.Told told, String mailbox, String box, String since, int most, Instant now) {
        var json = object().put("valid_at", now.toString());
        var messages = json.putArray("messages");
        for (var message : told.messages()) {
            messages.add(rich(message, told.parties()));
        }
        var self = "/messageexchange/" + mailbox + "/" + box + "?max_results=" + most;
        var whole =
                since.isEmpty()
                        ? self
                        : self + "&start_time=" + UriUtils.encode(since, StandardCharsets.UTF_8);
        var links = json.putObject("links").put("self", whole);
        if (told.more()) {
            links.put("next", whole + "&continue_from=" + told.messages().getLast().id());
        }
        return json;
    }

    private static ObjectNode rich(Message message, Map<String, Mailbox> parties) {
        var json = object().put("message_id", message.id());
        message.expires().ifPresent(end -> json.put("expiry_timestamp", end.toString()));
        json.put("local_id", message.about().localId())
                .put("message_type", message.kind().name())
                .put("recipient", message.recipient())
                .put("recipient_name", name(message.recipient(), parties))
                .put("sender", message.sender())
                .put("sender_name", name(message.sender(), parties))
                .put("sent_date", message.times().sent().toString())
                .put("status", message.state().word())
                .put("status_code", message.fault().map(Message.Fault::code).orElse(""))
                .put("workflow_id", message.about().workflow())
                .put("total_chunks", message.extent().chunks());
        return json;
    }

    private static String name(String id, Map<String, Mailbox> parties) {
        return parties.containsKey(id) ? parties.get(id).name() : "";
    }

    static ObjectNode lookup(List<Mailbox> found, int version) {
        var json = object();
        if (version < 2) {
            json.put("query_id", internalId());
        }
        var results = json.putArray("results");
        for (var mailbox : found) {
            var one = results.addObject();
            if (version < 2) {
                one.put("address", mailbox.id())
                        .put("description", mailbox.name())
                        .put("endpoint_type", "MESH");
            } else {
                one.put("mailbox_id", mailbox.id()).put("mailbox_name", mailbox.name());
            }
        }
        return json;
    }

    static ObjectNode error(MeshError.Refusal refusal, int version) {
        var error = refusal.error();
        var json = object();
        if (version < 2) {
            if (!refusal.message().isEmpty()) {
                json.put("messageID", refusal.message());
            }
            return json.put("errorEvent", error.event())
                    .put("errorCode", error.code())
                    .put("errorDescription", refusal.words());
        }
        if (!refusal.message().isEmpty()) {
            json.put("message_id", refusal.message());
        }
        json.put("internal_id", internalId());
        json.putArray("detail")
                .addObject()
                .put("event", error.event())
                .put("code", error.code())
                .put("msg", refusal.words());
        return json;
    }

    /// The headers of a message; those without a value are left out.
    static Map<String, String> headers(Message message, int chunk) {
        var about = message.about();
        var all = new LinkedHashMap<String, String>();
        all.put("Mex-From", message.sender());
        all.put("Mex-To", message.recipient());
        all.put("Mex-WorkflowID", about.workflow());
        if (message.kind() == Message.Kind.DATA) {
            all.put("Mex-Chunk-Range", chunk + ":" + message.extent().chunks());
        }
        all.put("Mex-AddressType", "ALL");
        all.put("Mex-LocalID", about.localId());
        all.put("Mex-PartnerID", about.partnerId());
        all.put("Mex-FileName", message.fileName());
        all.put("Mex-Subject", about.subject());
        all.put("Mex-Version", "1.0");
        all.put("Mex-MessageType", message.kind().name());
        all.put("Mex-MessageID", message.id());
        all.put("Mex-Content-Checksum", about.checksum());
        all.put("Mex-Content-Compressed", about.compressed() ? YES : "");
        all.put("Mex-Content-Encrypted", about.encrypted() ? YES : "");
        var last = last(message);
        status(message, last, all);
        all.put("Last-Modified", HTTP_DATE.format(last));
        all.values().removeIf(String::isBlank);
        return all;
    }

    private static void status(Message message, Instant last, Map<String, String> all) {
        message.fault()
                .ifPresentOrElse(
                        fault -> {
                            all.put("Mex-LinkedMsgID", fault.linked());
                            all.put("Mex-StatusCode", fault.code());
                            all.put("Mex-StatusEvent", fault.event());
                            all.put("Mex-StatusDescription", fault.text());
                            all.put("Mex-StatusSuccess", "ERROR");
                        },
                        () -> {
                            all.put("Mex-StatusCode", "00");
                            all.put("Mex-StatusEvent", "TRANSFER");
                            all.put("Mex-StatusDescription", "Transferred to recipient mailbox");
                            all.put("Mex-StatusSuccess", "SUCCESS");
                        });
        all.put("Mex-StatusTimestamp", MeshRules.moment(message.times().accepted().orElse(last)));
    }

    private static Instant last(Message message) {
        var times = message.times();
        return times.ended().or(times::accepted).orElse(times.sent());
    }

    /// The content type with which a message goes out: never one that a browser would run.
    static String contentType(Message message) {
        return message.kind() == Message.Kind.REPORT ? "text/plain" : FILE;
    }

    /// What has become of a message.
    ///
    /// @param sender whose it is
    /// @param recipient for whom it is; empty when their mailbox is no more
    static ObjectNode tracking(
            Message message, Optional<Mailbox> sender, Optional<Mailbox> recipient, int version) {
        return version < 2
                ? trackingOne(message, sender, recipient)
                : trackingTwo(message, recipient);
    }

    private static ObjectNode trackingOne(
            Message message, Optional<Mailbox> sender, Optional<Mailbox> recipient) {
        var about = message.about();
        var from = sender.map(Mailbox::name).orElse("");
        var fromOds = sender.map(Mailbox::ods).orElse("");
        var to = recipient.map(Mailbox::name).orElse("");
        var toOds = recipient.map(Mailbox::ods).orElse("");
        var collected = message.state() == Message.State.ACKNOWLEDGED;
        var json =
                object().put("addressType", "ALL")
                        .put("checksum", about.checksum())
                        .put("chunkCount", message.extent().chunks())
                        .put("compressFlag", about.compressed() ? YES : "")
                        .put("contentEncoding", about.encoding())
                        .put(
                                "downloadTimestamp",
                                moment(message.times().ended().filter(_ -> collected)))
                        .put("dtsId", message.id())
                        .put("encryptedFlag", about.encrypted() ? YES : "")
                        .put("expiryTime", moment(message.expires()));
        message.fault()
                .ifPresent(fault ->
                        json.put("failureDate", moment(message.times().ended()))
                                .put("failureDiagnostic", fault.text()));
        json.put("fileName", message.fileName())
                .put("fileSize", message.extent().bytes())
                .put("isCompressed", about.compressed() ? YES : "")
                .put("localId", about.localId())
                .put("meshRecipientOdsCode", toOds)
                .put("messageId", message.id())
                .put("messageType", message.kind() == Message.Kind.DATA ? "Data" : "Report")
                .put("partnerId", about.partnerId())
                .put("recipient", message.recipient())
                .put("recipientName", to)
                .put("recipientOrgCode", toOds)
                .put("recipientOrgName", to)
                .put("recipientSmtp", "")
                .put("sender", message.sender())
                .put("senderName", from)
                .put("senderOdsCode", fromOds)
                .put("senderOrgCode", fromOds)
                .put("senderOrgName", from)
                .put("senderSmtp", "")
                .put("status", message.state().word());
        message.fault()
                .ifPresent(fault ->
                        json.put("statusCode", fault.code())
                                .put("statusDescription", fault.text())
                                .put("statusEvent", fault.event())
                                .put("statusTimestamp", moment(message.times().ended())));
        return json.put("statusSuccess", message.fault().isEmpty() ? "SUCCESS" : "ERROR")
                .put("subject", about.subject())
                .put("uploadTimestamp", MeshRules.moment(message.times().sent()))
                .put("version", "1.0")
                .put("workflowId", about.workflow());
    }

    private static ObjectNode trackingTwo(Message message, Optional<Mailbox> recipient) {
        var about = message.about();
        var to = recipient.map(Mailbox::name).orElse("");
        var toOds = recipient.map(Mailbox::ods).orElse("");
        var json =
                object().put("message_id", message.id())
                        .put("local_id", about.localId())
                        .put("workflow_id", about.workflow())
                        .put("filename", message.fileName());
        message.expires().ifPresent(when -> json.put("expiry_time", when.toString()));
        json.put("upload_timestamp", message.times().sent().toString())
                .put("recipient", message.recipient())
                .put("recipient_name", to)
                .put("recipient_ods_code", toOds)
                .put("recipient_org_code", toOds)
                .put("recipient_org_name", to)
                .put("status_success", message.fault().isEmpty())
                .put("status", message.state().name().toLowerCase(Locale.ROOT));
        message.fault()
                .ifPresent(fault ->
                        json.put("status_event", fault.event())
                                .put("status_timestamp", last(message).toString())
                                .put("status_description", fault.text())
                                .put("status_code", fault.code()));
        return json;
    }

    private static String moment(Optional<Instant> when) {
        return when.map(MeshRules::moment).orElse("");
    }
}
