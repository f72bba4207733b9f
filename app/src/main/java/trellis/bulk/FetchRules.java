package trellis.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import trellis.access.PublicOnly;
import trellis.bulk.BulkSettings.Sources;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// From where an import fetches, and how. An address is looked at when the connection is made, and not only when it was asked for: a
/// name may lead elsewhere by then.
final class FetchRules {
    private static final Duration CONNECTS = Duration.ofSeconds(10);
    private static final Duration SILENT = Duration.ofSeconds(60);

    private FetchRules() {}

    /// Goes on only when an import may fetch there, as far as its address says.
    ///
    /// @param place of the address in what was sent
    static URI address(String text, Sources from, String place) {
        if (from == Sources.NONE) {
            throw new Refused(
                    new Problem.Forbidden(
                            "This server fetches nothing for an import (TRELLIS_IMPORT_FROM). Load the files with `trellis"
                                    + " import`."));
        }
        try {
            var address = new URI(text);
            var scheme =
                    Optional.ofNullable(address.getScheme()).orElse("").toLowerCase(Locale.ROOT);
            var known = scheme.equals("https") || (scheme.equals("http") && from == Sources.ANY);
            if (known && address.getHost() != null && address.getUserInfo() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Refused below.
        }
        throw new Refused(
                new Problem.BadRequest(
                        "value",
                        "An input is fetched from an absolute https address without a user in it.",
                        place));
    }

    /// Begins to fetch.
    ///
    /// @throws IOException when it cannot be had; its message holds nothing of a record
    static InputStream open(URI address, Sources from) throws IOException {
        if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException("the address is none of http or https");
        }
        if (connection instanceof HttpsURLConnection secured && from == Sources.PUBLIC) {
            secured.setSSLSocketFactory(new PublicOnly(secured.getSSLSocketFactory()));
        }
        connection.setConnectTimeout((int) CONNECTS.toMillis());
        connection.setReadTimeout((int) SILENT.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", "application/fhir+ndjson");
        connection.setRequestProperty("Accept-Encoding", "gzip");
        var status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            throw new IOException("the other server answers " + status);
        }
        return connection.getInputStream();
    }
}
