package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trellis.access.Proxy.State;

/// Who may act for another, as the years go by.
class ProxyTest {
    private static final LocalDate BORN = LocalDate.of(2015, 6, 1);
    private static final Instant EARLY = Instant.parse("2020-01-01T09:00:00Z");

    @Test
    void a_parent_sees_all_of_a_young_child() {
        assertThat(state(Proxy.Kind.PARENT, EARLY, "2026-05-31T22:59:59Z"))
                .isEqualTo(new State.Holds("full"));
    }

    @Test
    void at_eleven_a_parents_leave_ends() {
        // Midnight in London, where it is summer.
        assertThat(state(Proxy.Kind.PARENT, EARLY, "2026-05-31T23:00:00Z"))
                .isInstanceOf(State.Over.class);
    }

    @Test
    void a_leave_given_after_that_is_narrower_and_ends_at_sixteen() {
        var later = Instant.parse("2026-07-01T09:00:00Z");
        assertThat(state(Proxy.Kind.PARENT, later, "2026-08-01T00:00:00Z"))
                .isEqualTo(new State.Holds("young"));
        assertThat(state(Proxy.Kind.PARENT, later, "2031-05-31T22:59:59Z"))
                .isEqualTo(new State.Holds("young"));
        assertThat(state(Proxy.Kind.PARENT, later, "2031-05-31T23:00:00Z"))
                .isInstanceOf(State.Over.class);
    }

    @Test
    void a_carer_and_an_attorney_do_not_depend_on_the_age() {
        for (var kind : new Proxy.Kind[] {Proxy.Kind.CARER, Proxy.Kind.ATTORNEY}) {
            assertThat(state(kind, EARLY, "2040-01-01T00:00:00Z"))
                    .isEqualTo(new State.Holds("full"));
        }
    }

    @Test
    void without_a_date_of_birth_nobody_is_a_parent() {
        var proxy = proxy(Proxy.Kind.PARENT, EARLY, Optional.empty(), Optional.empty());
        assertThat(proxy.state(Optional.empty(), EARLY.plusSeconds(1)))
                .isInstanceOf(State.Over.class);
    }

    @Test
    void what_is_taken_back_or_over_is_gone_at_that_moment() {
        var end = Instant.parse("2026-03-01T00:00:00Z");
        var ending = proxy(Proxy.Kind.CARER, EARLY, Optional.of(end), Optional.empty());
        var taken = proxy(Proxy.Kind.CARER, EARLY, Optional.empty(), Optional.of(end));
        for (var proxy : new Proxy[] {ending, taken}) {
            assertThat(proxy.state(Optional.of(BORN), end.minusMillis(1)))
                    .isInstanceOf(State.Holds.class);
            assertThat(proxy.state(Optional.of(BORN), end)).isInstanceOf(State.Over.class);
        }
    }

    private static State state(Proxy.Kind kind, Instant granted, String now) {
        return proxy(kind, granted, Optional.empty(), Optional.empty())
                .state(Optional.of(BORN), Instant.parse(now));
    }

    private static Proxy proxy(
            Proxy.Kind kind, Instant granted, Optional<Instant> ends, Optional<Instant> revoked) {
        return new Proxy(1, 2, "Ann", "p", kind, "full", granted, ends, revoked);
    }
}
