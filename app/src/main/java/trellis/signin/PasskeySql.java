package trellis.signin;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.web.webauthn.management.JdbcPublicKeyCredentialUserEntityRepository;
import org.springframework.security.web.webauthn.management.JdbcUserCredentialRepository;

/// The tables of passkeys, through Spring Security's repositories.
///
/// @param owners whose they are; the name is the account's sign-in name
/// @param keys the passkeys
record PasskeySql(
        JdbcPublicKeyCredentialUserEntityRepository owners, JdbcUserCredentialRepository keys) {

    static PasskeySql of(DataSource database) {
        var db = new JdbcTemplate(database);
        return new PasskeySql(
                new JdbcPublicKeyCredentialUserEntityRepository(db),
                new JdbcUserCredentialRepository(db));
    }
}
