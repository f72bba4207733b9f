package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.access.Browser;
import trellis.store.Keys;

/// Two records made one on the pages, as a clerk does it, and two again.
public final class Joined {
    private final Browser clerk;
    private final String page;

    private Joined(Browser clerk, String page) {
        this.clerk = clerk;
        this.page = page;
    }

    /// Makes two records one.
    ///
    /// @param stays id of the Patient that stays; the lower of the two
    /// @param goes id of the Patient that is replaced
    public static Joined of(TestServer server, Browser clerk, String stays, String goes) {
        var address = "/matching/" + pair(server, stays, goes);
        var shown = clerk.get(address).body();
        var answer =
                clerk.post(
                        address,
                        Map.of(
                                "answer",
                                "same",
                                "stays",
                                stays,
                                "why",
                                "She says so",
                                "first",
                                field(shown, "first"),
                                "second",
                                field(shown, "second")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return new Joined(clerk, answer.headers().firstValue("Location").orElseThrow());
    }

    /// A pair in the queue.
    public static long pair(TestServer server, String one, String other) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        insert into matching_pair (one, other, one_key, other_key, weight, probability, raised)
                        values (?, ?, ?, ?, 10, 0.9, now())
                        on conflict (one, other) do update set answer = 'open'
                        returning id
                        """)
                .params(one, other, Keys.resource("Patient", one), Keys.resource("Patient", other))
                .query(Long.class)
                .single();
    }

    private static String field(String page, String name) {
        return page.split("name=\"" + name + "\" value=\"", 2)[1].split("\"", 2)[0];
    }

    /// Undoes it.
    public void undo() {
        assertThat(clerk.post(page, Map.of("why", "They are two")).statusCode()).isEqualTo(303);
    }
}
