package trellis.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;
import trellis.Trellis;
import trellis.Wire;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.settings.Settings;
import trellis.store.Store;

/// The published lists, loaded into the database of a running server and met on its pages.
class DirectoryIT {
    private static final Path ODS = Path.of("../../shared/data/public/ods");
    private static final String PASSWORD = "quiet-harbour-lantern-42";

    @RegisterExtension static final TestServer server = TestServer.start();

    @TempDir Path folder;

    private record Said(int code, String out, String err) {}

    @Test
    void every_published_list_is_loaded_and_a_practice_leads_to_its_board() throws IOException {
        var lists =
                Stream.of("icbs", "sub-icb-locations", "trusts", "gp-practices", "hospital-sites")
                        .map(name -> ODS.resolve(name + ".csv").toString())
                        .toArray(String[]::new);
        var said = run(lists);
        assertThat(said.code()).as(said.err()).isZero();
        var practices = lines("gp-practices.csv");
        assertThat(practices).isGreaterThan(6_000);
        assertThat(said.out() + said.err()).contains(" 0 rejected");

        var again = run(lists);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out() + again.err()).contains("0 new, 0 changed");

        try (var browser = clerk()) {
            assertThat(browser.get("/organisations?q=densham").body())
                    .contains("The Densham Surgery", "/organisations/A81001", "GP practice");
            assertThat(browser.get("/organisations?q=ts181hu").body())
                    .contains("The Densham Surgery");
            assertThat(browser.get("/organisations?q=surgery").body())
                    .contains("there are more", "Next page", "from=50");
            assertThat(browser.get("/organisations/A81001").body())
                    .contains(
                            "Open since 01-Apr-1974",
                            "tel:01642672351",
                            "Stockton PCN",
                            "/organisations/16C",
                            "/organisations/QHM");
            assertThat(browser.get("/organisations/R1D").body())
                    .contains("Ludlow Community Hospital", "Parts and sites");
        }
    }

    @Test
    void what_took_the_place_of_a_closed_organisation_is_said_first() throws IOException {
        var trusts =
                list(
                        "old.csv",
                        "\uFEFFcode,name,icb_code,open_date,close_date,postcode",
                        "ZX1,The Old Infirmary,,19910401,20250331,ZE1 1AA",
                        "ZX2,The New Infirmary,,20250401,,ZE1 1AA");
        var successors =
                list("successors.csv", "predecessor_code,successor_code,date", "ZX1,ZX2,20250401");
        var said = run(trusts, successors);
        assertThat(said.code()).as(said.err()).isZero();
        try (var browser = clerk()) {
            var closed = browser.get("/organisations/ZX1").body();
            assertThat(closed).contains("Closed on 31-Mar-2025", "The New Infirmary");
            assertThat(browser.get("/organisations/ZX2").body())
                    .contains("Took the place of", "The Old Infirmary");
            var found = browser.get("/organisations?q=infirmary").body();
            assertThat(found.indexOf("The New Infirmary"))
                    .isPositive()
                    .isLessThan(found.indexOf("The Old Infirmary"));
        }
    }

    @Test
    void what_is_part_of_a_large_organisation_has_pages_and_none_is_left_out() throws IOException {
        var trusts =
                list(
                        "large.csv",
                        "code,name,icb_code,open_date,close_date,postcode",
                        "ZV0,The Large Trust,,19910401,,ZE1 1AA");
        var rows = new ArrayList<String>();
        rows.add("site_code,name,parent_code,postcode");
        for (var at = 0; at < 620; at++) {
            rows.add("ZV%03d,Site %03d,ZV0,ZE1 1AA".formatted(at + 1, at + 1));
        }
        var said = run(trusts, list("large-sites.csv", rows.toArray(String[]::new)));
        assertThat(said.code()).as(said.err()).isZero();
        try (var browser = clerk()) {
            assertThat(browser.get("/organisations/ZV0").body())
                    .contains("Parts and sites (620)", "50 of 620 shown", "Site 001", "Site 050")
                    .doesNotContain("Site 051")
                    .contains("/organisations/ZV0?parts=50#parts");
            assertThat(browser.get("/organisations/ZV0?parts=600").body())
                    .contains("20 of 620 shown", "Site 620", "Page before");
            assertThat(browser.get("/organisations/ZV0?parts=x").body()).contains("Site 001");
        }
    }

    @Test
    void a_website_that_is_none_is_no_link() throws IOException {
        var sites =
                list(
                        "sites.csv",
                        "site_code,name,parent_code,postcode,website",
                        "ZW1,First,ZW0,ZE1 1AA,javascript:alert(1)",
                        "ZW2,Second,ZW0,ZE1 1AA,https://second.example");
        assertThat(run(sites).code()).isZero();
        try (var browser = clerk()) {
            assertThat(browser.get("/organisations/ZW1").body())
                    .contains("javascript:alert(1)")
                    .doesNotContain("href=\"javascript");
            assertThat(browser.get("/organisations/ZW2").body())
                    .contains("href=\"https://second.example\"");
        }
    }

    @Test
    void when_its_places_and_services_are_open_is_shown() throws IOException {
        var sites =
                list(
                        "open.csv",
                        "site_code,name,parent_code,postcode",
                        "ZU1,The Open Surgery,ZU0,ZE1 1AA");
        assertThat(run(sites).code()).isZero();
        var wire = new Wire(server);
        wire.keep(
                "Location/zu1-door",
                """
                {"resourceType":"Location","id":"zu1-door","name":"The front door","managingOrganization":{"reference":"Organization/ZU1"},
                 "hoursOfOperation":[{"daysOfWeek":["mon","tue"],"openingTime":"08:15:00","closingTime":"18:45:00"}]}\
                """);
        wire.keep(
                "HealthcareService/zu1-clinic",
                """
                {"resourceType":"HealthcareService","id":"zu1-clinic","name":"The asthma clinic","providedBy":{"reference":"Organization/ZU1"},
                 "availableTime":[{"daysOfWeek":["wed"],"availableStartTime":"09:30:00","availableEndTime":"12:00:00"},
                  {"daysOfWeek":["sat"],"allDay":true}]}\
                """);
        try (var browser = clerk()) {
            assertThat(browser.get("/organisations/ZU1").body())
                    .containsSubsequence("The front door", "08:15", "18:45")
                    .containsSubsequence("The asthma clinic", "09:30", "12:00", "all day");
        }
    }

    @Test
    void of_a_list_with_a_row_that_cannot_be_read_nothing_is_stored() throws IOException {
        var trusts =
                list(
                        "bad.csv",
                        "code,name,icb_code,open_date,close_date,postcode",
                        "ZY1,A good trust,,19910401,,ZE1 1AA",
                        "ZY2,,,19910401,,ZE1 1AA",
                        "ZY3,Another,,April,,ZE1 1AA");
        var said = run(trusts);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out() + said.err())
                .contains("bad.csv line 3: name is empty")
                .contains("bad.csv line 4: open_date is \"April\"")
                .contains("2 rows cannot be read; nothing was stored");
        assertThat(server.bean(Store.class).read("Organization", "ZY1")).isEmpty();
    }

    @Test
    void what_is_no_list_is_said() throws IOException {
        var strange = list("strange.csv", "colour,taste", "red,sweet");
        assertThat(run(strange).err()).contains("none of the lists that are known");
        assertThat(run(folder.resolve("missing.csv").toString()).err()).contains("cannot be read");
        var binary = folder.resolve("binary.csv");
        Files.write(binary, new byte[] {(byte) 0xC3, (byte) 0x28, 10});
        assertThat(run(binary.toString()).code()).isEqualTo(1);
    }

    private String list(String name, String... lines) throws IOException {
        var file = folder.resolve(name);
        Files.writeString(file, String.join("\n", lines) + "\n", UTF_8);
        return file.toString();
    }

    private static long lines(String name) throws IOException {
        try (var lines = Files.lines(ODS.resolve(name))) {
            return lines.count();
        }
    }

    private static Browser clerk() {
        var accounts = server.bean(Accounts.class);
        if (accounts.named("clerk").isEmpty()) {
            accounts.add(
                    new Account.Person(
                            "clerk", "Sam Field", Role.WARD_CLERK, "Rowan Vale Hospital", "ZR9"),
                    PASSWORD);
        }
        return Browser.signedIn(server, "clerk", PASSWORD);
    }

    private static Said run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console =
                new Console(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        var settings = Settings.read(server.database().environment(), Trellis.SETTINGS);
        var line = Stream.concat(Stream.of("directory"), Stream.of(arguments)).toList();
        var code =
                new Commands(console, settings, new DirectoryCommand(console, settings)).run(line);
        return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
