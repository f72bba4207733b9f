package trellis.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/// The style sheets, scripts and icons, read once and kept packed. Their address holds a hash of all
/// their contents, so that a browser may keep them for ever and a new version is seen at once.
@Component("pageAssets")
final class Assets {

    private static final String ROOT = "assets/";
    private static final Map<String, String> TYPES =
            Map.of(
                    "css", "text/css;charset=utf-8",
                    "js", "text/javascript;charset=utf-8",
                    "svg", "image/svg+xml",
                    "txt", "text/plain;charset=utf-8");

    private final Map<String, Asset> files;
    private final String version;

    /// One file.
    ///
    /// @param type its media type
    /// @param plain its bytes
    /// @param gzip the same, packed
    record Asset(String type, byte[] plain, byte[] gzip) {}

    Assets() {
        var found = new TreeMap<String, byte[]>();
        try {
            for (var file :
                    new PathMatchingResourcePatternResolver()
                            .getResources("classpath*:" + ROOT + "**/*.*")) {
                var url = file.getURL().toString();
                found.put(
                        url.substring(url.lastIndexOf(ROOT) + ROOT.length()),
                        file.getContentAsByteArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        version = hash(found);
        var kept = new TreeMap<String, Asset>();
        found.forEach((path, bytes) -> kept.put(path, new Asset(type(path), bytes, gzip(bytes))));
        files = Map.copyOf(kept);
    }

    /// Where the assets of this version are, such as `/assets/1f2e3d4c`.
    String address() {
        return "/" + ROOT + version;
    }

    /// Whether a part of an address is the version now served.
    boolean isCurrent(String part) {
        return version.equals(part);
    }

    Optional<Asset> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static String type(String path) {
        return TYPES.getOrDefault(
                path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static String hash(Map<String, byte[]> contents) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            contents.values().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream(plain.length / 3 + 64);
        try (var packed = new GZIPOutputStream(out)) {
            packed.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
