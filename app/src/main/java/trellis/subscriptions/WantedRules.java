package trellis.subscriptions;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import trellis.access.PublicOnly;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.subscriptions.SubscriptionSettings.To;
import trellis.subscriptions.Wanted.Channel;
import trellis.subscriptions.Wanted.Content;
import trellis.subscriptions.Wanted.Way;
import trellis.subscriptions.Wanted.Wire;

/// Reads what of a Subscription says how it is told. Pure functions, but for the look at where a name leads.
final class WantedRules {
    /// The extensions of the guide.
    static final String GUIDE =
            "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    private static final Pattern QUERY = Pattern.compile("([A-Za-z]+)(\\?(.*))?");
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\x20-\\x7e\\t]*)");
    private static final Pattern MAIL =
            Pattern.compile("(mailto:)?([^\\s@:?&,<>\"]{1,64}@[A-Za-z0-9.-]{1,190})");

    /// What the request itself says, and what must not be said for another.
    private static final Set<String> OWN_HEADERS =
            Set.of(
                    "access-control-request-headers",
                    "access-control-request-method",
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-transfer-encoding",
                    "content-type",
                    "expect",
                    "host",
                    "keep-alive",
                    "origin",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via");

    private static final Set<String> HOOK_PAYLOADS =
            Set.of("application/fhir+json", "application/json", "application/fhir+xml");
    private static final String ATTACHED = ";attach=application/fhir+json";
    private static final Set<String> MAIL_PAYLOADS = Set.of("text/plain", "text/plain" + ATTACHED);
    private static final String ENDPOINT = "Subscription.channel.endpoint";
    private static final int LAST_PORT = 65_535;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LONGEST_TIMEOUT = 60;
    private static final int MOST_EVENTS = 100;
    private static final int STANDARD_EVENTS = 20;
    private static final int MOST_HEADERS = 20;

    private WantedRules() {}

    /// What is asked of a plain R4 Subscription: `Type?query`.
    ///
    /// @param query empty for all of the type
    record Plain(String type, String query) {}

    /// Reads the criteria as a query; empty when they are the address of a topic.
    static Optional<Plain> plain(JsonNode subscription) {
        var matcher = QUERY.matcher(subscription.path("criteria").asString(""));
        return matcher.matches() && Definitions.r4().isResourceType(matcher.group(1))
                ? Optional.of(
                        new Plain(
                                matcher.group(1), Optional.ofNullable(matcher.group(3)).orElse("")))
                : Optional.empty();
    }

    /// A plain query is told in R4's own way, unless the guide's content is asked for.
    static Wire wire(JsonNode subscription) {
        return plain(subscription).isPresent() && content(subscription).isEmpty()
                ? Wire.PLAIN
                : Wire.BACKPORT;
    }

    private static Optional<String> content(JsonNode subscription) {
        return ExtensionRules.text(
                subscription.path("channel").path("_payload"), GUIDE + "backport-payload-content");
    }

    /// When it is over.
    static Optional<Instant> end(JsonNode subscription) {
        var text = subscription.path("end").asString("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw wrong("value", "end is a moment with its time zone.", "Subscription.end");
        }
    }

    /// Reads the channel.
    ///
    /// @param mail whether mail can be sent
    /// @throws Refused with [Problem.Invalid] that names the element and what it may be
    static Channel channel(JsonNode subscription, SubscriptionSettings settings, boolean mail) {
        var channel = subscription.path("channel");
        if (!ExtensionRules.all(channel.path("_type"), GUIDE + "backport-channel-type").isEmpty()) {
            throw wrong(
                    "not-supported",
                    "There is no channel here beyond rest-hook, websocket and email; leave the extension out.",
                    "Subscription.channel.type");
        }
        var way = way(channel.path("type").asString(""), mail);
        var wire = wire(subscription);
        var payload = payload(channel, way, wire);
        var content = content(subscription, wire, payload);
        if (way == Way.EMAIL && content == Content.FULL) {
            throw wrong(
                    "not-supported",
                    "Mail is read on its way by whoever carries it, so no resource goes by mail. Ask for the content empty or"
                            + " id-only, and a text/plain payload.",
                    "Subscription.channel.payload");
        }
        return new Channel(
                way,
                endpoint(channel.path("endpoint").asString(""), way, wire, settings),
                headers(channel.path("header")),
                payload,
                content,
                heartbeat(channel, settings),
                timeout(channel),
                wire == Wire.PLAIN ? 1 : most(channel));
    }

    private static Way way(String code, boolean mail) {
        return switch (code) {
            case "rest-hook" -> Way.REST_HOOK;
            case "websocket" -> Way.WEBSOCKET;
            case "email" -> {
                if (!mail) {
                    throw wrong(
                            "not-supported",
                            "This server sends no mail: whoever runs it names a mail server in TRELLIS_SMTP_HOST.",
                            "Subscription.channel.type");
                }
                yield Way.EMAIL;
            }
            default ->
                    throw wrong(
                            "not-supported",
                            "The channel is rest-hook, websocket or email.",
                            "Subscription.channel.type");
        };
    }

    private static String payload(JsonNode channel, Way way, Wire wire) {
        var sent = channel.path("payload").asString("").replace("; ", ";").strip();
        if (sent.isEmpty()) {
            return wire == Wire.PLAIN
                    ? ""
                    : way == Way.EMAIL ? "text/plain" : "application/fhir+json";
        }
        var known = way == Way.EMAIL ? MAIL_PAYLOADS : HOOK_PAYLOADS;
        var bare = way == Way.EMAIL ? sent : sent.split(";", 2)[0];
        if (!known.contains(bare.toLowerCase(Locale.ROOT))) {
            throw wrong(
                    "not-supported",
                    "The payload of this channel is one of "
                            + String.join(", ", known.stream().sorted().toList())
                            + ".",
                    "Subscription.channel.payload");
        }
        return bare.toLowerCase(Locale.ROOT);
    }

    private static Content content(JsonNode subscription, Wire wire, String payload) {
        if (wire == Wire.PLAIN) {
            return payload.contains("fhir") || payload.equals("application/json")
                    ? Content.FULL
                    : Content.EMPTY;
        }
        var sent = content(subscription);
        return sent.isEmpty()
                ? Content.EMPTY
                : Content.of(sent.get())
                        .orElseThrow(() ->
                                wrong(
                                        "value",
                                        "backport-payload-content is empty, id-only or full-resource.",
                                        "Subscription.channel.payload.extension"));
    }

    private static String endpoint(String text, Way way, Wire wire, SubscriptionSettings settings) {
        return switch (way) {
            case WEBSOCKET -> "";
            case EMAIL -> {
                var matcher = MAIL.matcher(text);
                if (!matcher.matches()) {
                    throw wrong(
                            "value",
                            "The endpoint of an email channel is one mail address, such as mailto:ward@example.org.",
                            "Subscription.channel.endpoint");
                }
                yield matcher.group(2);
            }
            case REST_HOOK -> address(text, settings.to(), wire).toString();
        };
    }

    /// Goes on only when a rest-hook may lead there, as far as its text tells.
    private static URI address(String text, To to, Wire wire) {
        var address = address(text, to);
        if (wire == Wire.PLAIN && address.getRawQuery() != null) {
            throw wrong(
                    "value",
                    "R4's own way adds type and id to the endpoint, so it has no query; ask for backport-payload-content to keep it.",
                    ENDPOINT);
        }
        return address;
    }

    private static URI address(String text, To to) {
        var place = ENDPOINT;
        if (to == To.NONE) {
            throw wrong(
                    "not-supported",
                    "This server calls nobody (TRELLIS_SUBSCRIPTIONS_TO). Use a websocket.",
                    place);
        }
        var address = parsed(text);
        var scheme =
                address.map(URI::getScheme).map(one -> one.toLowerCase(Locale.ROOT)).orElse("");
        var known = scheme.equals("https") || (scheme.equals("http") && to == To.ANY);
        if (!known
                || address.map(URI::getHost).isEmpty()
                || address.get().getUserInfo() != null
                || address.get().getPort() == 0
                || address.get().getPort() > LAST_PORT
                || address.get().getFragment() != null) {
            throw wrong(
                    "value",
                    "The endpoint of a rest-hook is an absolute https address, with a port up to 65535 and without a user in it; what the receiver is to be"
                            + " shown goes into channel.header.",
                    place);
        }
        return address.get();
    }

    /// Goes on only when a rest-hook may lead there, and looks up where its name leads now. That takes time, so it is done when
    /// it is asked for and when it is called, and nowhere else.
    static URI called(String text, To to) {
        var address = address(text, to);
        if (to == To.PUBLIC && leadsInside(address.getHost())) {
            throw wrong(
                    "forbidden",
                    "The endpoint leads to an address that is none of the public internet, which this server does not call."
                            + " Whoever runs it may allow that (TRELLIS_SUBSCRIPTIONS_TO).",
                    ENDPOINT);
        }
        return address;
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /// A name that leads nowhere now may lead somewhere later; it is looked at again when it is called.
    private static boolean leadsInside(String host) {
        try {
            for (var one : InetAddress.getAllByName(host)) {
                if (!PublicOnly.isPublic(one)) {
                    return true;
                }
            }
        } catch (UnknownHostException e) {
            return false;
        }
        return false;
    }

    private static List<String> headers(JsonNode array) {
        var headers = new ArrayList<String>();
        for (var one : array) {
            var place = "Subscription.channel.header[" + headers.size() + "]";
            var matcher = HEADER.matcher(one.asString(""));
            if (!matcher.matches()) {
                throw wrong("value", "A header is written Name: value, in printable ASCII.", place);
            }
            if (OWN_HEADERS.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
                throw wrong(
                        "value",
                        "The header " + matcher.group(1) + " is the request's own; leave it out.",
                        place);
            }
            headers.add(one.asString(""));
        }
        if (headers.size() > MOST_HEADERS) {
            throw wrong(
                    "too-costly",
                    "A channel has " + MOST_HEADERS + " headers at the most.",
                    "Subscription.channel.header");
        }
        return headers;
    }

    private static Optional<Duration> heartbeat(JsonNode channel, SubscriptionSettings settings) {
        var seconds = whole(channel, "backport-heartbeat-period");
        var least = settings.heartbeat().toSeconds();
        if (seconds.filter(one -> one > 0 && one < least).isPresent()) {
            throw wrong(
                    "value",
                    "A heartbeat every " + least + " seconds at the most often.",
                    "Subscription.channel.extension");
        }
        return seconds.filter(one -> one > 0).map(Duration::ofSeconds);
    }

    private static Duration timeout(JsonNode channel) {
        var seconds = whole(channel, "backport-timeout");
        if (seconds.filter(one -> one < 1 || one > LONGEST_TIMEOUT).isPresent()) {
            throw wrong(
                    "value",
                    "A receiver is waited for from 1 to " + LONGEST_TIMEOUT + " seconds.",
                    "Subscription.channel.extension");
        }
        return seconds.map(Duration::ofSeconds).orElse(TIMEOUT);
    }

    private static int most(JsonNode channel) {
        var sent = whole(channel, "backport-max-count");
        if (sent.filter(one -> one < 1).isPresent()) {
            throw wrong(
                    "value",
                    "A notification holds one event or more.",
                    "Subscription.channel.extension");
        }
        return (int) Math.min(sent.orElse((long) STANDARD_EVENTS), MOST_EVENTS);
    }

    private static Optional<Long> whole(JsonNode channel, String name) {
        return ExtensionRules.text(channel, GUIDE + name)
                .map(text -> {
                    if (!text.matches("[0-9]{1,9}")) {
                        throw wrong(
                                "value",
                                name + " is a whole number.",
                                "Subscription.channel.extension");
                    }
                    return Long.parseLong(text);
                });
    }

    static Refused wrong(String code, String why, String place) {
        return new Refused(Problem.invalid(code, why, place));
    }
}
