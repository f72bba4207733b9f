package trellis.api;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Stored;

/// What must hold for a request to be done: headers over HTTP, elements of `Bundle.entry.request` in
/// a Bundle. As sent; read when an interaction asks.
///
/// @param ifMatch such as `W/"3"`
/// @param ifNoneMatch such as `W/"3"` or `*`
/// @param ifModifiedSince an HTTP date
/// @param ifNoneExist a query without type, such as `identifier=...`
record Preconditions(
        Optional<String> ifMatch,
        Optional<String> ifNoneMatch,
        Optional<String> ifModifiedSince,
        Optional<String> ifNoneExist) {

    static final Preconditions NONE =
            new Preconditions(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Pattern ETAG = Pattern.compile("(?:W/)?\"([1-9][0-9]{0,17})\"");

    /// The version that If-Match asks for.
    ///
    /// @throws Refused with [Problem.BadRequest] unless it is one version's entity tag
    OptionalLong version() {
        if (ifMatch.isEmpty()) {
            return OptionalLong.empty();
        }
        var tag = ETAG.matcher(ifMatch.get().strip());
        if (!tag.matches()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            "If-Match must be the ETag of one version as this server gave it, such"
                                    + " as W/\"3\".",
                            "If-Match"));
        }
        return OptionalLong.of(Long.parseLong(tag.group(1)));
    }

    /// Whether the caller asks that nothing be there yet (`If-None-Match: *`).
    boolean mustBeNew() {
        return ifNoneMatch.filter(text -> text.strip().equals("*")).isPresent();
    }

    /// Whether the caller already holds this version. An If-None-Match that is there decides alone
    /// (RFC 9110, 13.2.2).
    boolean alreadyHas(Stored stored) {
        if (ifNoneMatch.isPresent()) {
            return Arrays.stream(ifNoneMatch.get().split(","))
                    .map(String::strip)
                    .anyMatch(tag -> tag.equals("*") || sameTag(tag, stored.version()));
        }
        return ifModifiedSince
                .flatMap(Preconditions::httpDate)
                .filter(since -> stored.lastUpdated().getEpochSecond() <= since.getEpochSecond())
                .isPresent();
    }

    private static boolean sameTag(String tag, long version) {
        var matcher = ETAG.matcher(tag);
        return matcher.matches() && Long.parseLong(matcher.group(1)) == version;
    }

    /// A date that is none is ignored, as RFC 9110, 13.1.3 demands.
    private static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
