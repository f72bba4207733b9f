package trellis;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import trellis.access.AccessSettings;
import trellis.access.CrossOriginSettings;
import trellis.api.ApiSettings;
import trellis.apps.AppCommand;
import trellis.bulk.BulkSettings;
import trellis.directory.DirectoryCommand;
import trellis.documents.PointerTypesCommand;
import trellis.federation.FederationSettings;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.matching.WeightsCommand;
import trellis.messages.MailboxCommand;
import trellis.messages.MeshSettings;
import trellis.nodes.NodeCommand;
import trellis.nodes.NodeSettings;
import trellis.notices.NoticeSettings;
import trellis.portal.PortalSettings;
import trellis.prescriptions.PrescriptionSettings;
import trellis.profiles.ProfileSettings;
import trellis.settings.ServerSettings;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;
import trellis.store.BackgroundSettings;
import trellis.store.Database;
import trellis.store.KeptSettings;
import trellis.store.SlowSettings;
import trellis.store.StoreSettings;
import trellis.store.TextSettings;
import trellis.subscriptions.SubscriptionSettings;
import trellis.terminology.TerminologyCommand;
import trellis.terminology.TerminologySettings;

/// The program: one binary, started by the launcher with a command and its arguments.
@SpringBootApplication
public class Trellis {

    /// Every setting of every capability, each declared by the record that reads it.
    public static final List<Setting<?>> SETTINGS =
            allOf(
                    List.of(
                            ServerSettings.KEYS,
                            StoreSettings.KEYS,
                            TextSettings.KEYS,
                            BackgroundSettings.KEYS,
                            KeptSettings.KEYS,
                            SlowSettings.KEYS,
                            AccessSettings.KEYS,
                            CrossOriginSettings.KEYS,
                            ApiSettings.KEYS,
                            PortalSettings.KEYS,
                            FederationSettings.KEYS,
                            MeshSettings.KEYS,
                            PrescriptionSettings.KEYS,
                            NodeSettings.KEYS,
                            NoticeSettings.KEYS,
                            TerminologySettings.KEYS,
                            ProfileSettings.KEYS,
                            BulkSettings.KEYS,
                            SubscriptionSettings.KEYS));

    /// Runs one command and ends the process with its exit code, unless a server keeps it alive.
    public static void main(String[] args) {
        var console = Console.ofThisProcess();
        int code = run(console, System.getenv(), List.of(args));
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(Console console, Map<String, String> environment, List<String> line) {
        try {
            var settings = Settings.read(environment, SETTINGS);
            return new Commands(
                            console,
                            settings,
                            new Serve(console, settings),
                            new AppCommand(console, settings),
                            new MailboxCommand(console, settings),
                            new DirectoryCommand(console, settings),
                            new NodeCommand(console, settings),
                            new PointerTypesCommand(console, settings),
                            new TerminologyCommand(console, settings),
                            new WeightsCommand(console, settings))
                    .run(line);
        } catch (SettingsRefused e) {
            Commands.complain(e, console.err(), false);
            return 1;
        }
    }

    /// Starts the server: the database, then everything that stands on it, then the web server.
    ///
    /// @return the running program; closing it finishes requests and stops what it started
    public static ConfigurableApplicationContext start(Settings settings) {
        var server = ServerSettings.from(settings);
        var access = AccessSettings.from(settings);
        access.protect(server);
        MeshSettings.from(settings).protect(!server.bind().isLoopbackAddress() || access.proxy());
        refuseTaken(server);
        var database = Database.openForServer(StoreSettings.from(settings));
        try {
            return start(settings, server, database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static ConfigurableApplicationContext start(
            Settings settings, ServerSettings server, Database database) {
        var application = new SpringApplication(Trellis.class);
        var properties = new HashMap<>(AccessSettings.from(settings).properties());
        properties.put("server.address", server.bind().getHostAddress());
        properties.put("server.port", server.port());
        properties.put("logging.level.trellis", server.log());
        // HL7's validator tells each step, and the words of what it reads.
        properties.put("logging.level.ca.uhn.fhir", "off");
        properties.put("logging.level.org.hl7.fhir", "off");
        if (!server.debug()) {
            // What goes wrong at the start is said in one sentence by the command that started.
            properties.put("logging.level.org.springframework.boot.SpringApplication", "off");
            properties.put("logging.level.org.springframework.boot.diagnostics", "off");
            properties.put("logging.level.org.springframework.context", "error");
            properties.put("logging.level.org.springframework.boot.web", "error");
        }
        application.setDefaultProperties(properties);
        application.addInitializers(context -> {
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Settings.class, () -> settings);
            beans.registerBean(ServerSettings.class, () -> server);
            beans.registerBean(Database.class, () -> database);
        });
        return application.run();
    }

    /// Says in one sentence what would otherwise be found out only after everything has started.
    private static void refuseTaken(ServerSettings server) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(server.bind(), server.port()));
        } catch (IOException e) {
            throw new SettingsRefused(
                    "The port "
                            + server.port()
                            + " of "
                            + server.host()
                            + " cannot be had ("
                            + e.getMessage()
                            + "): stop what listens there, or set TRELLIS_PORT or TRELLIS_BIND");
        }
    }

    /// Where a running program is reached on this machine.
    static URI address(ConfigurableApplicationContext running) {
        var server = running.getBean(ServerSettings.class);
        var web = requireNonNull(((WebServerApplicationContext) running).getWebServer());
        var host = server.bind().isAnyLocalAddress() ? "127.0.0.1" : server.host();
        var tls = running.getBean(AccessSettings.class).tls().on();
        return URI.create((tls ? "https://" : "http://") + host + ":" + web.getPort() + "/");
    }

    private static List<Setting<?>> allOf(List<List<Setting<?>>> parts) {
        var all = new ArrayList<Setting<?>>();
        parts.forEach(all::addAll);
        return List.copyOf(all);
    }
}
