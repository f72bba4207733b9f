package trellis.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the exchange decides without asking anybody: proofs, headers, chunk ranges, filters. Pure functions.
///
/// Standards: MESH API (https://digital.nhs.uk/developer/api-catalogue/message-exchange-for-social-care-and-health-api).
final class MeshRules {
    /// How far the clock of a client may be from ours.
    static final Duration CLOCK = Duration.ofHours(2);

    private static final String SCHEME = "NHSMESH";
    private static final Pattern PROOF =
            Pattern.compile(
                    "([A-Za-z0-9_-]{1,50}):([A-Za-z0-9-]{1,100}):([0-9]{1,18}):([0-9]{12}):([0-9A-Fa-f]{64})");
    private static final DateTimeFormatter MINUTE = formatter("uuuuMMddHHmm");
    private static final DateTimeFormatter SECOND = formatter("uuuuMMddHHmmss");
    private static final DateTimeFormatter MILLISECOND = formatter("uuuuMMddHHmmssSSS");

    private static final Pattern VERSION =
            Pattern.compile("application/vnd\\.mesh\\.v(\\d+)\\+json");
    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,6})\\s*:\\s*(\\d{1,6})\\s*");
    private static final Pattern CHECKSUM = Pattern.compile("[A-Za-z0-9\\s:\\-/]*");
    private static final Pattern ADDRESS = Pattern.compile("(?i)[a-z]+://");

    private static final Pattern PRACTICE = Pattern.compile("GPPROVIDER_([^_]*)_([^_]*)_(.+)");
    private static final DateTimeFormatter BORN =
            DateTimeFormatter.ofPattern("ddMMuuuu").withResolverStyle(ResolverStyle.STRICT);

    private MeshRules() {}

    /// A person to whose practice a message goes.
    ///
    /// @param number as it was sent
    /// @param born empty when it is no day
    /// @param family in capitals
    record Person(String number, Optional<LocalDate> born, String family) {}

    /// Reads `GPPROVIDER_{NHS number}_{DDMMYYYY}_{surname}`; empty for the id of a mailbox.
    ///
    /// @param recipient in capitals
    static Optional<Person> person(String recipient) {
        var match = PRACTICE.matcher(recipient);
        if (!match.matches()) {
            return Optional.empty();
        }
        Optional<LocalDate> born;
        try {
            born = Optional.of(LocalDate.parse(match.group(2), BORN));
        } catch (DateTimeParseException e) {
            born = Optional.empty();
        }
        return Optional.of(new Person(match.group(1), born, match.group(3)));
    }

    /// Since when a rich list tells of messages.
    ///
    /// @param sent ISO 8601; empty for as long as messages are known
    static Instant since(String sent, Instant now) {
        if (sent.isEmpty()) {
            return now.minus(Message.KEPT);
        }
        try {
            return OffsetDateTime.parse(sent).toInstant();
        } catch (DateTimeParseException e) {
            throw MeshError.WRONG_QUERY.refusal("start_time is like 2026-05-20T14:35:52Z");
        }
    }

    /// How many a rich list has at most.
    static int rich(String sent) {
        if (sent.isBlank()) {
            return 100;
        }
        if (!sent.strip().matches("\\d{1,4}") || number(sent) < 1 || number(sent) > 2_000) {
            throw MeshError.WRONG_QUERY.refusal("max_results is from 1 to 2000");
        }
        return number(sent);
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT)
                .withZone(ZoneOffset.UTC);
    }

    /// What a mailbox shows with each request: that it knows its password, for one request only.
    ///
    /// @param mailbox its id
    /// @param nonce what it has chosen, in letters, digits and hyphens
    /// @param count which request with this nonce it is
    /// @param minute when, as it was written
    /// @param mac what was computed of all this, 32 bytes
    record Proof(String mailbox, String nonce, String count, String minute, byte[] mac) {

        /// Whether it was made with this password and key, as both ends compute it.
        boolean made(String password, String key) {
            var text = String.join(":", mailbox, nonce, count, password, minute);
            return MessageDigest.isEqual(mac, hmac(key, text));
        }

        /// Whether it was made lately enough for its nonce to be remembered.
        boolean fresh(Instant now) {
            try {
                var made = LocalDateTime.parse(minute, MINUTE).toInstant(ZoneOffset.UTC);
                return Duration.between(made, now).abs().compareTo(CLOCK) <= 0;
            } catch (DateTimeException e) {
                return false;
            }
        }
    }

    /// Reads an `Authorization` header; empty when it is none of ours.
    static Optional<Proof> proof(String header) {
        var words = header.strip().split("\\s+", 2);
        if (words.length != 2 || !words[0].equalsIgnoreCase(SCHEME)) {
            return Optional.empty();
        }
        var match = PROOF.matcher(words[1]);
        return match.matches()
                ? Optional.of(
                        new Proof(
                                match.group(1),
                                match.group(2),
                                match.group(3),
                                match.group(4),
                                HexFormat.of().parseHex(match.group(5))))
                : Optional.empty();
    }

    /// HMAC-SHA256 (RFC 2104).
    static byte[] hmac(String key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Which version of the formats an `Accept` header asks for: the highest we know that it names, the first
    /// when it names none.
    ///
    /// @throws MeshError.Refusal when it names only versions we do not know
    static int version(String accept) {
        var best = 0;
        var named = false;
        for (var one : accept.toLowerCase(Locale.ROOT).split(",")) {
            var type = one.split(";")[0].strip();
            if (type.startsWith("application/vnd.mesh.")) {
                named = true;
                var match = VERSION.matcher(type);
                if (match.matches() && (match.group(1).equals("1") || match.group(1).equals("2"))) {
                    best = Math.max(best, Integer.parseInt(match.group(1)));
                }
            }
        }
        if (named && best == 0) {
            throw MeshError.WRONG_FORMAT.refusal(
                    "send application/vnd.mesh.v2+json or leave Accept out");
        }
        return Math.max(best, 1);
    }

    /// Which piece of how many.
    ///
    /// @param chunk from 1
    /// @param of how many there are
    record Range(int chunk, int of) {
        /// All of it in one piece.
        static final Range WHOLE = new Range(1, 1);
    }

    /// Reads `Mex-Chunk-Range` of the piece that the address names.
    ///
    /// @throws MeshError.Refusal when it is none, or of another piece
    static Range range(String header, int chunk) {
        if (header.isBlank() && chunk == 1) {
            return Range.WHOLE;
        }
        var match = RANGE.matcher(header);
        if (!match.matches()) {
            throw MeshError.WRONG_CHUNKS.refusal("it is \"n:m\", such as 1:3");
        }
        var sent = new Range(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
        if (sent.chunk() != chunk || chunk < 1 || chunk > sent.of()) {
            throw MeshError.WRONG_CHUNKS.refusal(
                    "this is chunk "
                            + chunk
                            + ", the header says "
                            + sent.chunk()
                            + ":"
                            + sent.of());
        }
        return sent;
    }

    /// A message as its first request describes it.
    ///
    /// @param recipient id of the mailbox it is for
    /// @param about what is said of it
    /// @param range the piece that comes with it
    record Sent(String recipient, Message.About about, Range range) {}

    /// The longest values of headers, in characters.
    private static final Map<String, Integer> LONGEST =
            Map.of(
                    "Mex-To", 100,
                    "Mex-WorkflowID", 300,
                    "Mex-Subject", 500,
                    "Mex-LocalID", 300,
                    "Mex-PartnerID", 300,
                    "Mex-FileName", 300,
                    "Mex-Content-Checksum", 100,
                    "Mex-Content-Type", 100,
                    "Content-Type", 100);

    /// Reads the headers with which a message begins.
    ///
    /// @param mailbox whose request it is
    /// @param header a header by its name; empty without one
    /// @throws MeshError.Refusal for the first thing that is wrong
    static Sent sent(String mailbox, UnaryOperator<String> header) {
        var malformed = malformed(header);
        if (!malformed.isEmpty()) {
            throw MeshError.MALFORMED.refusal(String.join(", ", malformed));
        }
        var from = header.apply("Mex-From").strip();
        if (!from.isEmpty() && !from.equalsIgnoreCase(mailbox)) {
            throw MeshError.WRONG_SENDER.refusal("Mex-From is your own mailbox");
        }
        var to = header.apply("Mex-To").strip();
        if (to.isEmpty()) {
            throw MeshError.NO_RECIPIENT.refusal("send Mex-To");
        }
        allowed(header, "Mex-Version", "1.0", MeshError.WRONG_VERSION);
        allowed(header, "Mex-MessageType", "DATA", MeshError.WRONG_KIND);
        var workflow = header.apply("Mex-WorkflowID").strip();
        if (workflow.isEmpty()) {
            throw MeshError.MALFORMED.refusal("send Mex-WorkflowID");
        }
        if (!CHECKSUM.matcher(header.apply("Mex-Content-Checksum")).matches()) {
            throw MeshError.WRONG_CHECKSUM.refusal("it has letters, digits, spaces and : - /");
        }
        var type = header.apply("Mex-Content-Type").strip();
        var about =
                new Message.About(
                        "",
                        workflow,
                        header.apply("Mex-Subject"),
                        header.apply("Mex-LocalID").strip(),
                        header.apply("Mex-PartnerID"),
                        header.apply("Mex-FileName"),
                        type.isEmpty() ? header.apply("Content-Type").strip() : type,
                        encoding(header.apply("Content-Encoding")),
                        header.apply("Mex-Content-Checksum").strip(),
                        yes(header.apply("Mex-Content-Encrypted")),
                        yes(header.apply("Mex-Content-Compressed")));
        return new Sent(
                to.toUpperCase(Locale.ROOT), about, range(header.apply("Mex-Chunk-Range"), 1));
    }

    private static void allowed(
            UnaryOperator<String> header, String name, String value, MeshError otherwise) {
        var sent = header.apply(name).strip();
        if (!sent.isEmpty() && !sent.equalsIgnoreCase(value)) {
            throw otherwise.refusal(name + " is " + value);
        }
    }

    /// What cannot be kept, or be sent back as a header.
    private static List<String> malformed(UnaryOperator<String> header) {
        var wrong = new ArrayList<String>();
        LONGEST.forEach((name, longest) -> {
            var value = header.apply(name);
            var addressed = name.equals("Mex-To") || name.equals("Mex-WorkflowID");
            if (value.length() > longest
                    || value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')
                    || (addressed && ADDRESS.matcher(value).find())) {
                wrong.add(name + " (at most " + longest + " characters, none of control)");
            }
        });
        wrong.sort(null);
        return wrong;
    }

    /// Reads `Content-Encoding`.
    ///
    /// @return `gzip` or empty
    static String encoding(String header) {
        var sent = header.strip().toLowerCase(Locale.ROOT);
        if (!sent.isEmpty() && !sent.equals("gzip")) {
            throw MeshError.WRONG_ENCODING.refusal("send gzip, or nothing compressed");
        }
        return sent;
    }

    private static boolean yes(String header) {
        return List.of("y", "yes", "true", "1").contains(header.strip().toLowerCase(Locale.ROOT));
    }

    /// Whether an `Accept-Encoding` takes gzip (RFC 9110, section 12.5.3).
    static boolean gzip(String acceptEncoding) {
        for (var one : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            var parts = one.replace(" ", "").split(";");
            if (parts[0].equals("gzip") || parts[0].equals("*")) {
                return parts.length < 2 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    /// Which workflows are listed.
    ///
    /// @param like a pattern of SQL; empty for every workflow
    /// @param not whether the others are meant
    record Filter(String like, boolean not) {
        static final Filter NONE = new Filter("", false);
    }

    /// Reads `workflow_filter`: a name; `NAME*` begins with it, `*NAME*` contains it; `!` before it means the others.
    static Filter filter(String sent) {
        var text = sent.strip();
        var not = text.startsWith("!");
        if (not) {
            text = text.substring(1);
        }
        if (text.isEmpty()) {
            return Filter.NONE;
        }
        var within = text.startsWith("*");
        var begins = text.endsWith("*");
        var name =
                text.substring(
                        within ? 1 : 0, Math.max(within ? 1 : 0, text.length() - (begins ? 1 : 0)));
        var escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        return new Filter((within ? "%" : "") + escaped + (within || begins ? "%" : ""), not);
    }

    /// How many are listed at most.
    static int most(String sent) {
        if (sent.isBlank()) {
            return 500;
        }
        if (!sent.strip().matches("\\d{1,3}") || number(sent) < 1 || number(sent) > 500) {
            throw MeshError.WRONG_QUERY.refusal("max_results is from 1 to 500");
        }
        return number(sent);
    }

    private static int number(String sent) {
        return Integer.parseInt(sent.strip());
    }

    /// A moment as version 1 writes it: `20261128143000`, in UTC.
    static String moment(Instant when) {
        return SECOND.format(when);
    }

    /// A new message's id: when, and what nobody can guess.
    static String id(Instant when, byte[] random) {
        return MILLISECOND.format(when) + "_" + HexFormat.of().withUpperCase().formatHex(random);
    }
}
