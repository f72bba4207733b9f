package trellis.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.Tokens;

/// One running server for all tests of the API in a test run, with its standard settings:
///
/// ```java
/// @RegisterExtension static final SharedServer server = new SharedServer();
/// ```
///
/// Tests share its records, so each makes its own.
final class SharedServer implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(SharedServer.class);

    private Optional<TestServer> running = Optional.empty();
    private Optional<Wire> wire = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext test) {
        var server =
                test.getRoot()
                        .getStore(NAMESPACE)
                        .computeIfAbsent(
                                "server", _ -> TestServer.start(Map.of()), TestServer.class);
        running = Optional.of(server);
        wire = Optional.of(new Wire(server.at("/fhir"), token(server)));
    }

    private static String token(TestServer server) {
        return server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
    }

    /// The server.
    TestServer server() {
        return running.orElseThrow();
    }

    /// Calls as a script that may do everything.
    Wire wire() {
        return wire.orElseThrow();
    }

    /// Calls as somebody in a role.
    Wire as(Role role) {
        var accounts = server().bean(Accounts.class);
        var signIn = "api-" + role.name().toLowerCase(java.util.Locale.ROOT);
        // Tests of several classes ask for the same role at once.
        synchronized (SharedServer.class) {
            if (accounts.named(signIn).isEmpty()) {
                accounts.add(person(signIn, role), "correct horse battery staple");
            }
        }
        var token = server().bean(Tokens.class).issue(accounts.named(signIn), Duration.ofHours(1));
        return new Wire(server().at("/fhir"), token.secret());
    }

    private static Account.Person person(String signIn, Role role) {
        return new Account.Person(signIn, "Test " + role.words(), role, "Test Trust", "RTT");
    }
}
