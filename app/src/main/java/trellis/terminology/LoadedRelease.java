package trellis.terminology;

import java.time.Instant;

/// A release that has been loaded.
///
/// @param id its number
/// @param version empty when it has none
/// @param format the word for its kind
/// @param concepts how many it has
/// @param current whether it counts when nobody names a version
record LoadedRelease(
        long id,
        String system,
        String version,
        String name,
        String format,
        int concepts,
        Instant loaded,
        boolean current) {}
