package trellis.page;

import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;

/// Serves the assets. Under the version's address they are kept for a year; icons, which the style
/// sheet names without a version, for a day.
@Controller
final class AssetFiles {

    private final Assets assets;

    AssetFiles(Assets assets) {
        this.assets = assets;
    }

    @GetMapping("/assets/{version}/{*path}")
    ResponseEntity<byte[]> file(
            @PathVariable String version,
            @PathVariable String path,
            @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, defaultValue = "") String accepted) {
        if (assets.isCurrent(version)) {
            return answer(
                    path.substring(1),
                    accepted,
                    CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable());
        }
        return answer(
                version + path, accepted, CacheControl.maxAge(Duration.ofDays(1)).cachePublic());
    }

    @GetMapping("/favicon.ico")
    ResponseEntity<byte[]> favicon() {
        return answer(
                "images/trellis.svg", "", CacheControl.maxAge(Duration.ofDays(1)).cachePublic());
    }

    private ResponseEntity<byte[]> answer(String path, String accepted, CacheControl cache) {
        return assets.find(path)
                .map(file -> {
                    var packed = accepted.contains("gzip");
                    var headers = new HttpHeaders();
                    headers.set(HttpHeaders.CONTENT_TYPE, file.type());
                    headers.set(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
                    headers.set("X-Content-Type-Options", "nosniff");
                    headers.setCacheControl(cache);
                    if (packed) {
                        headers.set(HttpHeaders.CONTENT_ENCODING, "gzip");
                    }
                    return ResponseEntity.ok()
                            .headers(headers)
                            .body(packed ? file.gzip() : file.plain());
                })
                .orElseGet(() -> ResponseEntity.notFound().build());
    }
}
