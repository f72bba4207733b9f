package trellis.apps;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The key that signs identity tokens: RSA, 2,048 bits, made by whichever server comes first and kept in
/// the database, so that every server of a node signs alike.
@Component
final class IssuerKey implements JWKSource<SecurityContext> {
    private static final int BITS = 2048;

    private final Apps apps;
    private volatile @Nullable RSAKey key;

    IssuerKey(Apps apps) {
        this.apps = apps;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        return selector.select(new JWKSet(rsa()));
    }

    /// The key, private half included.
    RSAKey rsa() {
        var known = key;
        if (known == null) {
            known = read();
            key = known;
        }
        return known;
    }

    private RSAKey read() {
        try {
            var made =
                    new RSAKeyGenerator(BITS)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.RS256)
                            .keyIDFromThumbprint(true)
                            .generate();
            return RSAKey.parse(apps.sql().key(made.toJSONString()));
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
