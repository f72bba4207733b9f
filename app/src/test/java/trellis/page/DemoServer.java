package trellis.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Write;

/// The whole program with the demo region and one account for each role, started once for all tests of
/// pages in a run.
public final class DemoServer {

    /// The password of every account.
    public static final String PASSWORD = "quiet-harbour-lantern-42";

    /// Somebody whose care team the clinician's hospital is in.
    static final String IN_CARE = "00020161-0010-4000-8000-000000000000";

    /// Somebody nobody of the accounts has to do with.
    static final String UNOPENED = "00020161-0045-4000-8000-000000000000";

    /// The same, for tests of other packages.
    public static final String STRANGER = UNOPENED;

    private static final TestServer SERVER = start();

    private DemoServer() {}

    /// The server, running.
    public static TestServer shared() {
        return SERVER;
    }

    private static TestServer start() {
        var server = TestServer.start();
        var accounts = server.bean(Accounts.class);
        for (var role : List.of(Role.CLINICIAN, Role.GP, Role.WARD_CLERK, Role.AUDITOR)) {
            var name = role.name().toLowerCase(java.util.Locale.ROOT).replace('_', '.');
            var person =
                    new Account.Person(name, "Dr Amina Osei", role, "Rowan Vale Hospital", "ZR9");
            accounts.add(person, PASSWORD);
        }
        accounts.add(
                new Account.Person(
                        "pharmacist", "Lee Harding", Role.PHARMACIST, "Weirside Pharmacy", "ZF001"),
                PASSWORD);
        load(server, Path.of("../demo/organisations.ndjson.gz"));
        load(server, Path.of("../demo/people.ndjson.gz"));
        open(server);
        return server;
    }

    /// Opens every record for those who treat, but for two: of one their hospital is in the care team,
    /// and the other is left as it is.
    private static void open(TestServer server) {
        var everybody = SearchQuery.of("Patient", 200);
        for (var role : List.of(Role.CLINICIAN, Role.GP)) {
            var account =
                    server.bean(Accounts.class)
                            .named(role.name().toLowerCase(java.util.Locale.ROOT))
                            .orElseThrow();
            var caller = new Caller(account.id(), "", role, "", "", Caller.Came.SESSION);
            for (var patient : server.bean(Store.class).search(everybody).matches()) {
                if (!Set.of(IN_CARE, UNOPENED).contains(patient.id())) {
                    server.bean(Openings.class).open(caller, patient.id(), Reason.HERE, "");
                }
            }
        }
    }

    /// Loads transaction Bundles of `PUT`s, one a line.
    public static void load(TestServer server, Path file) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            lines.lines()
                    .forEach(line ->
                            write(server, Json.parse(line.getBytes(StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(TestServer server, ObjectNode bundle) {
        var places = new HashMap<String, String>();
        for (var entry : bundle.path("entry")) {
            var resource = entry.path("resource");
            places.put(
                    entry.path("fullUrl").asString(""),
                    resource.path("resourceType").asString("")
                            + "/"
                            + resource.path("id").asString(""));
        }
        var preparation = server.bean(Preparation.class);
        var changes = new ArrayList<Change>();
        for (var entry : bundle.path("entry")) {
            var resource = (ObjectNode) entry.path("resource");
            rewrite(resource, places);
            changes.add(Change.Put.of(preparation.prepare(Resource.of(resource))));
        }
        server.bean(Store.class).write(new Write(changes, Write.References.UNCHECKED, List.of()));
    }

    private static void rewrite(JsonNode node, Map<String, String> places) {
        if (node instanceof ObjectNode object && object.path("reference").isString()) {
            var place = places.get(object.path("reference").stringValue());
            if (place != null) {
                object.put("reference", place);
            }
        }
        node.forEach(child -> rewrite(child, places));
    }
}
