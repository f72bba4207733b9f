package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.xml.FhirXml;
import trellis.store.Stored;
import trellis.subscriptions.Standing.Event;
import trellis.subscriptions.Wanted.Content;

/// How a notification is written (http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html): a Bundle of the type
/// history whose first entry says what it is about. Pure functions.
final class NotificationRules {
    private static final String STATUS = WantedRules.GUIDE + "backport-subscription-status-r4";
    private static final String BUNDLE =
            WantedRules.GUIDE + "backport-subscription-notification-r4";
    private static final String ERRORS = "http://terminology.hl7.org/CodeSystem/subscription-error";

    private NotificationRules() {}

    /// What a notification is.
    enum Kind {
        HANDSHAKE("handshake"),
        HEARTBEAT("heartbeat"),
        EVENT("event-notification"),
        QUERY_STATUS("query-status"),
        QUERY_EVENT("query-event");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /// An event as it may be seen by whoever is told.
    ///
    /// @param stored the version it is about
    /// @param along what comes with it
    record Told(Event event, Stored stored, List<Stored> along) {
        Told {
            along = List.copyOf(along);
        }
    }

    /// What is said of a Subscription.
    ///
    /// @param topic address of it; empty to leave it out
    /// @param why it is in error, empty when it is not
    record Head(
            String base,
            String id,
            String topic,
            String status,
            long number,
            Optional<String> why) {
        private String address() {
            return base + "/Subscription/" + id;
        }
    }

    /// The Parameters that say what a notification is about.
    static ObjectNode status(Head head, Kind kind, Content content, List<Told> events) {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        json.put("id", UUID.randomUUID().toString());
        json.putObject("meta").putArray("profile").add(STATUS);
        var parameters = json.putArray("parameter");
        reference(parameters, "subscription", head.address());
        if (!head.topic().isEmpty() && content != Content.EMPTY) {
            parameters.addObject().put("name", "topic").put("valueCanonical", head.topic());
        }
        parameters.addObject().put("name", "status").put("valueCode", head.status());
        parameters.addObject().put("name", "type").put("valueCode", kind.code());
        parameters
                .addObject()
                .put("name", "events-since-subscription-start")
                .put("valueString", Long.toString(head.number()));
        for (var told : events) {
            event(parameters.addObject(), head.base(), content, told);
        }
        head.why().ifPresent(why -> error(parameters.addObject(), why));
        return json;
    }

    private static void event(ObjectNode parameter, String base, Content content, Told told) {
        var parts = parameter.put("name", "notification-event").putArray("part");
        parts.addObject()
                .put("name", "event-number")
                .put("valueString", Long.toString(told.event().number()));
        parts.addObject()
                .put("name", "timestamp")
                .put("valueInstant", told.event().happened().toString());
        if (content != Content.EMPTY) {
            reference(parts, "focus", base + "/" + name(told.stored()));
            told.along()
                    .forEach(one -> reference(parts, "additional-context", base + "/" + name(one)));
        }
    }

    private static void error(ObjectNode parameter, String why) {
        var concept = parameter.put("name", "error").putObject("valueCodeableConcept");
        concept.putArray("coding").addObject().put("system", ERRORS).put("code", "no-response");
        concept.put("text", why);
    }

    private static void reference(ArrayNode parameters, String name, String address) {
        parameters
                .addObject()
                .put("name", name)
                .putObject("valueReference")
                .put("reference", address);
    }

    private static String name(Stored stored) {
        return stored.type() + "/" + stored.id();
    }

    /// A notification.
    static ObjectNode bundle(
            Head head, Kind kind, Content content, List<Told> events, Instant now) {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "Bundle");
        json.put("id", UUID.randomUUID().toString());
        json.putObject("meta").putArray("profile").add(BUNDLE);
        json.put("type", "history").put("timestamp", now.toString());
        var entries = json.putArray("entry");
        var status = status(head, kind, content, events);
        var first = entries.addObject();
        first.put("fullUrl", "urn:uuid:" + status.path("id").asString(""));
        first.set("resource", status);
        first.putObject("request").put("method", "GET").put("url", head.address() + "/$status");
        first.putObject("response").put("status", "200");
        if (content == Content.FULL) {
            for (var told : events) {
                entry(entries.addObject(), head.base(), told);
                for (var one : told.along()) {
                    var entry = entries.addObject().put("fullUrl", head.base() + "/" + name(one));
                    entry.set("resource", one.json());
                    entry.putObject("request").put("method", "GET").put("url", name(one));
                    entry.putObject("response").put("status", "200");
                }
            }
        }
        return json;
    }

    private static void entry(ObjectNode entry, String base, Told told) {
        var stored = told.stored();
        entry.put("fullUrl", base + "/" + name(stored));
        if (!stored.deleted()) {
            entry.set("resource", stored.json());
        }
        var request = entry.putObject("request");
        var response = entry.putObject("response");
        switch (told.event().interaction()) {
            case CREATE -> {
                request.put("method", "POST").put("url", stored.type());
                response.put("status", "201");
            }
            case UPDATE -> {
                request.put("method", "PUT").put("url", name(stored));
                response.put("status", "200");
            }
            case DELETE -> {
                request.put("method", "DELETE").put("url", name(stored));
                response.put("status", "204");
            }
        }
    }

    /// A resource as its receiver wants it.
    ///
    /// @param payload media type
    static byte[] written(ObjectNode resource, String payload) {
        return payload.contains("xml") ? FhirXml.write(resource, false) : Json.write(resource);
    }

    /// What a mail says: nothing of what happened, but that something has.
    static String words(Head head, Kind kind, List<Told> events) {
        var what =
                switch (kind) {
                    case HANDSHAKE -> "This address will be told of what happens.";
                    case HEARTBEAT -> "Nothing has happened; telling goes on.";
                    case EVENT, QUERY_STATUS, QUERY_EVENT ->
                            events.size() == 1
                                    ? "Something has happened: event "
                                            + events.getFirst().event().number()
                                            + "."
                                    : "Something has happened: events "
                                            + events.getFirst().event().number()
                                            + " to "
                                            + events.getLast().event().number()
                                            + ".";
                };
        return what + "\r\nSubscription: " + head.address() + "\r\n";
    }

    /// The size of what is told of an event, to bound a notification.
    static int size(Told told) {
        return told.stored().body().length
                + told.along().stream().mapToInt(one -> one.body().length).sum()
                + told.stored().id().getBytes(UTF_8).length;
    }
}
