package trellis.prescriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import trellis.people.NhsNumber;

/// Every event in every state, and what holds whatever happens.
final class IssueRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-09T10:00:00Z");
    private static final Line.Cancellation BY_OSEI =
            new Line.Cancellation("555086689106", "0001", NOW);
    private static final Line.Cancellation BY_PATEL =
            new Line.Cancellation("555086689107", "0004", NOW);

    /// What becomes of an issue with one item, for every state (down) and event (across): the code of the state after it, or why
    /// not. ANOTHER is PRESCRIPTION_WITH_ANOTHER_DISPENSER, STATE is PRESCRIPTION_INVALID_STATE_TRANSITION, NOTDISP is
    /// CLAIM_INVALID_NOT_DISPENSED.
    private static final String TABLE =
            """
            state | release   | by other  | return  | told 3  | told 6 | told 7 | withdraw | claim   | cancel      | turn  | due   | expire | lapse
            0000  | STATE     | STATE     | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 0005 R-0001 | STATE | 0001  | 0004   | STATE
            0001  | 0002      | 0002      | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 0005 R-0001 | STATE | STATE | 0004   | STATE
            0002  | STATE     | ANOTHER   | 0001    | 0003    | 0006   | 0007   | STATE    | NOTDISP | 0002 R-0002 | STATE | STATE | 0004   | STATE
            0003  | STATE     | ANOTHER   | STATE   | 0003    | 0006   | 0007   | 0002     | NOTDISP | 0003 R-0003 | STATE | STATE | 0004   | STATE
            0004  | EXPIRED   | EXPIRED   | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 0004 R-0005 | STATE | STATE | STATE  | STATE
            0005  | CANCELLED | CANCELLED | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 0005 R-0006 | STATE | STATE | STATE  | STATE
            0006  | DISPENSED | DISPENSED | STATE   | STATE   | STATE  | STATE  | 0002     | 0008    | 0006 R-0004 | STATE | STATE | STATE  | 0009
            0007  | DISPENSED | DISPENSED | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 0007 R-0010 | STATE | STATE | STATE  | STATE
            0008  | DISPENSED | DISPENSED | STATE   | STATE   | STATE  | STATE  | STATE    | STATE   | 0008 R-0004 | STATE | STATE | STATE  | STATE
            0009  | DISPENSED | DISPENSED | STATE   | STATE   | STATE  | STATE  | STATE    | STATE   | 0009 R-0004 | STATE | STATE | STATE  | STATE
            9000  | STATE     | STATE     | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 9005 R-0001 | 0000  | STATE | 0004   | STATE
            9001  | STATE     | STATE     | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 9005 R-0001 | STATE | 0001  | 0004   | STATE
            9005  | CANCELLED | CANCELLED | STATE   | STATE   | STATE  | STATE  | STATE    | NOTDISP | 9005 R-0006 | STATE | STATE | STATE  | STATE
            """;

    private static Event.Notify told(
            String by, String id, String to, Map<String, LineStatus> items) {
        return new Event.Notify(by, id, to, items, Optional.empty());
    }

    private static final List<LineStatus> STATUSES = List.of(LineStatus.values());

    private static final Map<String, Event> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("release", new Event.Release("FA565"));
        EVENTS.put("by other", new Event.Release("FX001"));
        EVENTS.put("return", new Event.Return("FA565", "0003"));
        EVENTS.put("told 3", told("FA565", "n2", "0003", Map.of("a", LineStatus.OWING)));
        EVENTS.put("told 6", told("FA565", "n2", "0006", Map.of("a", LineStatus.DISPENSED)));
        EVENTS.put("told 7", told("FA565", "n2", "0007", Map.of("a", LineStatus.NOT_DISPENSED)));
        EVENTS.put("withdraw", new Event.Withdraw("FA565", "n1", "QU"));
        EVENTS.put("claim", new Event.Claim("FA565", "c2", Optional.empty()));
        EVENTS.put("cancel", new Event.Cancel("a", BY_OSEI));
        EVENTS.put("turn", new Event.Turn(NOW.plus(Duration.ofDays(21))));
        EVENTS.put("due", new Event.Due());
        EVENTS.put("expire", new Event.Expire());
        EVENTS.put("lapse", new Event.Lapse());
    }

    private static Issue issue(State state, LineStatus... lines) {
        var all = new ArrayList<Line>();
        for (var i = 0; i < lines.length; i++) {
            all.add(new Line(String.valueOf((char) ('a' + i)), lines[i], Optional.empty()));
        }
        return new Issue(
                1,
                state,
                all,
                List.of(),
                Optional.empty(),
                NOW.plus(Duration.ofDays(180)),
                Optional.empty());
    }

    /// An issue of one item as it stands in a state that it came to in the usual way.
    private static Issue usual(String code) {
        var state = State.of(code, "FA565", "c1");
        var line =
                switch (code) {
                    case "0002" -> LineStatus.WITH_DISPENSER;
                    case "0003" -> LineStatus.OWING;
                    case "0004" -> LineStatus.EXPIRED;
                    case "0005", "9005" -> LineStatus.CANCELLED;
                    case "0006", "0008", "0009" -> LineStatus.DISPENSED;
                    case "0007" -> LineStatus.NOT_DISPENSED;
                    default -> LineStatus.TO_BE_DISPENSED;
                };
        var issue = issue(state, line);
        var told =
                List.of(
                        new Issue.Notification(
                                "n1",
                                new State.WithDispenser("FA565"),
                                List.of(LineStatus.WITH_DISPENSER)));
        return switch (code) {
            case "0003" -> issue.told(told);
            case "0006", "0007", "0008", "0009" -> issue.told(told).completed(Optional.of(NOW));
            default -> issue;
        };
    }

    private static String outcome(Issue issue, Event event) {
        try {
            var after = IssueRules.next(issue, event, NOW).state().code();
            return event instanceof Event.Cancel cancel
                    ? after + " " + IssueRules.cancelled(issue, cancel).response().code()
                    : after;
        } catch (EpsError.Refusal e) {
            return switch (e.error()) {
                case PRESCRIPTION_INVALID_STATE_TRANSITION -> "STATE";
                case PRESCRIPTION_WITH_ANOTHER_DISPENSER -> "ANOTHER";
                case CLAIM_INVALID_NOT_DISPENSED -> "NOTDISP";
                case PRESCRIPTION_CANCELLED -> "CANCELLED";
                case PRESCRIPTION_EXPIRED -> "EXPIRED";
                case PRESCRIPTION_DISPENSED -> "DISPENSED";
                default -> e.error().name();
            };
        }
    }

    @TestFactory
    Stream<DynamicTest> every_event_in_every_state() {
        var rows = TABLE.lines().map(row -> row.split(" *\\| *")).toList();
        var heading = List.of(rows.getFirst()).stream().map(String::strip).toList();
        assertThat(heading.subList(1, heading.size())).containsExactlyElementsOf(EVENTS.keySet());
        assertThat(rows).hasSize(14);
        return rows.stream()
                .skip(1)
                .flatMap(row ->
                        EVENTS.entrySet().stream()
                                .map(event ->
                                        DynamicTest.dynamicTest(
                                                row[0] + " " + event.getKey(),
                                                () ->
                                                        assertThat(
                                                                        outcome(
                                                                                usual(row[0]),
                                                                                event.getValue()))
                                                                .isEqualTo(
                                                                        row[
                                                                                heading.indexOf(
                                                                                        event
                                                                                                .getKey())]
                                                                                .strip()))));
    }

    @Test
    void nobody_but_who_has_it_does_anything_with_it() {
        for (var code : List.of("0002", "0003", "0006", "0007", "0008", "0009")) {
            for (var event :
                    List.of(
                            new Event.Return("FX001", "0003"),
                            told("FX001", "n2", "0006", Map.of("a", LineStatus.DISPENSED)),
                            new Event.Withdraw("FX001", "n1", "QU"),
                            new Event.Claim("FX001", "c2", Optional.empty()))) {
                assertThat(outcome(usual(code), event)).as(code + event).isEqualTo("ANOTHER");
            }
        }
    }

    @Test
    void an_item_is_not_dispensed_twice() {
        var active = issue(new State.Active("FA565"), LineStatus.DISPENSED, LineStatus.OWING);
        assertThatThrownBy(() ->
                        IssueRules.next(
                                active,
                                told("FA565", "n2", "0003", Map.of("a", LineStatus.DISPENSED)),
                                NOW))
                .isInstanceOfSatisfying(
                        EpsError.Refusal.class,
                        e ->
                                assertThat(e.error())
                                        .isEqualTo(
                                                EpsError
                                                        .PRESCRIPTION_INVALID_LINE_STATE_TRANSITION));
    }

    @Test
    void what_is_said_of_the_prescription_has_to_agree_with_its_items() {
        var with =
                issue(
                        new State.WithDispenser("FA565"),
                        LineStatus.WITH_DISPENSER,
                        LineStatus.WITH_DISPENSER);
        assertThat(outcome(with, told("FA565", "n", "0006", Map.of("a", LineStatus.DISPENSED))))
                .isEqualTo("STATE");
        assertThat(outcome(with, told("FA565", "n", "0003", Map.of("a", LineStatus.DISPENSED))))
                .isEqualTo("0003");
        assertThat(
                        outcome(
                                with,
                                told(
                                        "FA565",
                                        "n",
                                        "0006",
                                        Map.of(
                                                "a",
                                                LineStatus.DISPENSED,
                                                "b",
                                                LineStatus.NOT_DISPENSED))))
                .isEqualTo("0006");
        assertThat(outcome(with, told("FA565", "n", "0003", Map.of("z", LineStatus.OWING))))
                .isEqualTo("ITEM_NOT_FOUND");
    }

    @Test
    void the_last_notification_can_be_replaced_and_taken_back_to_where_it_began() {
        var issue = issue(new State.WithDispenser("FA565"), LineStatus.WITH_DISPENSER);
        var once =
                IssueRules.next(
                        issue, told("FA565", "n1", "0003", Map.of("a", LineStatus.PARTIAL)), NOW);
        var twice =
                IssueRules.next(
                        once, told("FA565", "n2", "0006", Map.of("a", LineStatus.DISPENSED)), NOW);
        var replaced =
                IssueRules.next(
                        twice,
                        new Event.Notify(
                                "FA565",
                                "n3",
                                "0003",
                                Map.of("a", LineStatus.PARTIAL),
                                Optional.of("n2")),
                        NOW);
        assertThat(replaced.state()).isEqualTo(new State.Active("FA565"));
        assertThat(replaced.notifications())
                .extracting(Issue.Notification::id)
                .containsExactly("n1", "n3");
        assertThat(outcome(replaced, new Event.Withdraw("FA565", "n1", "QU")))
                .isEqualTo("DISPENSE_AMEND_IDENTIFIER_MISMATCH");
        var back = IssueRules.next(replaced, new Event.Withdraw("FA565", "n3", "QU"), NOW);
        assertThat(back).isEqualTo(once);
        assertThat(IssueRules.next(back, new Event.Withdraw("FA565", "n1", "QU"), NOW))
                .isEqualTo(issue);
    }

    @Test
    void what_is_returned_with_a_cancellation_waiting_is_cancelled() {
        var two =
                IssueRules.next(
                        issue(
                                new State.ToBeDispensed(),
                                LineStatus.TO_BE_DISPENSED,
                                LineStatus.TO_BE_DISPENSED),
                        new Event.Release("FA565"),
                        NOW);
        var marked = IssueRules.next(two, new Event.Cancel("a", BY_OSEI), NOW);
        assertThat(marked.pending()).isFalse();
        var one = IssueRules.next(marked, new Event.Return("FA565", "0003"), NOW);
        assertThat(one.state()).isEqualTo(new State.ToBeDispensed());
        assertThat(one.lines())
                .extracting(Line::status)
                .containsExactly(LineStatus.CANCELLED, LineStatus.TO_BE_DISPENSED);
        assertThat(IssueRules.settled(marked, one))
                .containsExactly(Map.entry(one.lines().getFirst(), CancelResponse.CANCELLED));
        var both = IssueRules.next(marked, new Event.Cancel("b", BY_OSEI), NOW);
        assertThat(both.pending()).isTrue();
        assertThat(IssueRules.next(both, new Event.Return("FA565", "0003"), NOW).state())
                .isEqualTo(new State.Cancelled());
    }

    @Test
    void another_prescriber_does_not_cancel_once_more_what_waits() {
        var marked = IssueRules.next(usual("0002"), new Event.Cancel("a", BY_OSEI), NOW);
        assertThat(IssueRules.cancelled(marked, new Event.Cancel("a", BY_PATEL)).response())
                .isEqualTo(CancelResponse.ASKED_BY_ANOTHER);
        assertThat(IssueRules.cancelled(marked, new Event.Cancel("a", BY_OSEI)).response())
                .isEqualTo(CancelResponse.WITH_DISPENSER);
        assertThat(IssueRules.cancelled(marked, new Event.Cancel("z", BY_OSEI)).response())
                .isEqualTo(CancelResponse.NOT_FOUND);
    }

    @Test
    void what_was_handed_over_before_it_expired_can_be_claimed() {
        var active =
                issue(new State.Active("FA565"), LineStatus.PARTIAL, LineStatus.OWING)
                        .told(
                                List.of(
                                        new Issue.Notification(
                                                "n1",
                                                new State.WithDispenser("FA565"),
                                                List.of(
                                                        LineStatus.WITH_DISPENSER,
                                                        LineStatus.WITH_DISPENSER))));
        var over = IssueRules.next(active, new Event.Expire(), NOW);
        assertThat(over.state()).isEqualTo(new State.Dispensed("FA565"));
        assertThat(over.lines())
                .extracting(Line::status)
                .containsExactly(LineStatus.PARTIAL, LineStatus.EXPIRED);
    }

    @Test
    void a_cancellation_of_what_was_handed_over_in_part_is_answered_when_its_last_day_is_over() {
        var active = issue(new State.Active("FA565"), LineStatus.PARTIAL, LineStatus.OWING);
        var marked =
                IssueRules.next(
                        IssueRules.next(active, new Event.Cancel("a", BY_OSEI), NOW),
                        new Event.Cancel("b", BY_OSEI),
                        NOW);
        assertThat(marked.lines()).allMatch(Line::pending);
        var over = IssueRules.next(marked, new Event.Expire(), NOW);
        assertThat(over.lines()).noneMatch(Line::pending);
        assertThat(IssueRules.settled(marked, over).values())
                .containsExactly(CancelResponse.DISPENSED, CancelResponse.EXPIRED);
        var claimed = IssueRules.next(over, new Event.Claim("FA565", "c1", Optional.empty()), NOW);
        assertThat(IssueRules.settled(over, claimed)).as("answered once").isEmpty();
    }

    @Test
    void a_cancellation_waits_again_when_what_answered_it_is_taken_back() {
        var with = issue(new State.WithDispenser("FA565"), LineStatus.WITH_DISPENSER);
        var marked = IssueRules.next(with, new Event.Cancel("a", BY_OSEI), NOW);
        var done =
                IssueRules.next(
                        marked,
                        told("FA565", "n1", "0006", Map.of("a", LineStatus.DISPENSED)),
                        NOW);
        assertThat(done.lines()).noneMatch(Line::pending);
        assertThat(IssueRules.settled(marked, done).values())
                .containsExactly(CancelResponse.DISPENSED);
        var claimed = IssueRules.next(done, new Event.Claim("FA565", "c1", Optional.empty()), NOW);
        assertThat(IssueRules.settled(done, claimed)).as("answered once").isEmpty();
        var back = IssueRules.next(done, new Event.Withdraw("FA565", "n1", "QU"), NOW);
        assertThat(back).isEqualTo(marked);
    }

    @Test
    void a_claim_is_replaced_by_its_own_number_within_180_days() {
        var claimed = usual("0008");
        assertThat(outcome(claimed, new Event.Claim("FA565", "c2", Optional.of("c1"))))
                .isEqualTo("0008");
        assertThat(outcome(claimed, new Event.Claim("FA565", "c2", Optional.of("c9"))))
                .isEqualTo("DISPENSE_AMEND_IDENTIFIER_MISMATCH");
        var late = NOW.plus(IssueRules.CLAIMABLE);
        assertThatThrownBy(() ->
                        IssueRules.next(
                                claimed, new Event.Claim("FA565", "c2", Optional.of("c1")), late))
                .isInstanceOfSatisfying(
                        EpsError.Refusal.class,
                        e -> assertThat(e.error()).isEqualTo(EpsError.CLAIM_AMEND_PERIOD_ISSUE));
    }

    @Test
    void what_is_over_is_not_dispensed_though_nobody_has_noted_it_yet() {
        var day = NOW.plus(Duration.ofDays(180));
        for (var event :
                List.of(
                        Map.entry("0001", new Event.Release("FA565")),
                        Map.entry("0002", EVENTS.get("told 6")),
                        Map.entry("0003", EVENTS.get("told 6")))) {
            var issue = usual(event.getKey());
            assertThatThrownBy(() -> IssueRules.next(issue, event.getValue(), day))
                    .isInstanceOfSatisfying(
                            EpsError.Refusal.class,
                            e -> assertThat(e.error()).isEqualTo(EpsError.PRESCRIPTION_EXPIRED));
            assertThat(IssueRules.next(issue, event.getValue(), day.minusSeconds(1))).isNotNull();
        }
    }

    @Test
    void a_notification_is_put_right_after_the_last_day_but_hands_over_nothing_more() {
        var day = NOW.plus(Duration.ofDays(180));
        var done = usual("0006");
        var less =
                new Event.Notify(
                        "FA565",
                        "n2",
                        "0007",
                        Map.of("a", LineStatus.NOT_DISPENSED),
                        Optional.of("n1"));
        assertThat(IssueRules.next(done, less, day).state())
                .isEqualTo(new State.NotDispensed("FA565"));
        var not = usual("0007");
        var more =
                new Event.Notify(
                        "FA565",
                        "n2",
                        "0006",
                        Map.of("a", LineStatus.DISPENSED),
                        Optional.of("n1"));
        assertThatThrownBy(() -> IssueRules.next(not, more, day))
                .isInstanceOfSatisfying(
                        EpsError.Refusal.class,
                        e -> assertThat(e.error()).isEqualTo(EpsError.PRESCRIPTION_EXPIRED));
    }

    @Test
    void a_short_supply_is_not_drawn_before_it_is_used_up() {
        assertThat(List.of(1, 3, 7, 14, 28, 56, 84))
                .extracting(PrescriptionRules::lead)
                .containsExactly(0, 0, 1, 3, 7, 7, 7);
    }

    // --- whatever happens ------------------------------------------------------------------------

    @Test
    void a_thousand_random_histories_keep_what_always_holds() {
        for (var seed = 1; seed <= 1_000; seed++) {
            history(new Random(seed));
        }
    }

    /// One dispenser at a time, nothing dispensed twice, a claim only after dispensing, nothing lost.
    private static void history(Random random) {
        var lines = new LineStatus[1 + random.nextInt(4)];
        Arrays.fill(lines, LineStatus.TO_BE_DISPENSED);
        var issue = issue(new State.ToBeDispensed(), lines);
        var claimed = false;
        for (var step = 0; step < 40; step++) {
            var event = event(random, issue);
            var before = issue;
            try {
                issue = IssueRules.next(issue, event, NOW);
            } catch (EpsError.Refusal e) {
                assertThat(issue).isEqualTo(before);
                continue;
            }
            assertThat(issue.lines()).extracting(Line::id).isEqualTo(ids(before));
            var holder = before.state().holder();
            if (holder.isPresent() && issue.state().holder().isPresent()) {
                assertThat(issue.state().holder()).isEqualTo(holder);
            }
            if (event instanceof Event.Notify notify) {
                handedOverOnce(before, issue, notify);
            }
            if (issue.state() instanceof State.Claimed) {
                assertThat(before.state())
                        .isInstanceOfAny(State.Dispensed.class, State.Claimed.class);
                claimed = true;
            }
            if (claimed) {
                assertThat(issue.state()).isInstanceOf(State.Claimed.class);
            }
            agrees(issue);
            answered(before, issue);
        }
    }

    /// A cancellation that does not wait any more has been answered, once; none waits when the issue is over.
    private static void answered(Issue before, Issue after) {
        var settled = IssueRules.settled(before, after).keySet();
        for (var i = 0; i < before.lines().size(); i++) {
            var line = after.lines().get(i);
            assertThat(settled.contains(line))
                    .isEqualTo(before.lines().get(i).pending() && !line.pending());
        }
        if (after.state().over()) {
            assertThat(after.lines()).noneMatch(Line::pending);
        }
    }

    private static List<String> ids(Issue issue) {
        return issue.lines().stream().map(Line::id).toList();
    }

    private static void handedOverOnce(Issue before, Issue after, Event.Notify notify) {
        if (notify.replaces().isPresent()) {
            return;
        }
        for (var i = 0; i < before.lines().size(); i++) {
            if (before.lines().get(i).status() == LineStatus.DISPENSED) {
                assertThat(notify.items()).doesNotContainKey(before.lines().get(i).id());
                assertThat(after.lines().get(i).status()).isEqualTo(LineStatus.DISPENSED);
            }
        }
    }

    /// The state says what its items say.
    private static void agrees(Issue issue) {
        var all = new HashSet<LineStatus>();
        issue.lines().forEach(line -> all.add(line.status()));
        var handedOver = all.contains(LineStatus.DISPENSED) || all.contains(LineStatus.PARTIAL);
        switch (issue.state()) {
            case State.Dispensed _, State.Claimed _, State.NotClaimed _ ->
                    assertThat(handedOver).isTrue();
            case State.ToBeDispensed _, State.WithDispenser _, State.NotDispensed _ ->
                    assertThat(handedOver).isFalse();
            case State.Active _ ->
                    assertThat(issue.lines()).anyMatch(line -> !line.status().over());
            case State.Cancelled _ ->
                    assertThat(issue.lines()).allMatch(line -> line.status().over());
            case State.Expired _ ->
                    assertThat(issue.lines()).allMatch(line -> line.status().over());
            case State.Awaiting _,
                    State.FutureRepeat _,
                    State.FuturePrescription _,
                    State.FutureCancelled _ ->
                    assertThat(handedOver).isFalse();
        }
    }

    private static Event event(Random random, Issue issue) {
        var by = random.nextInt(4) == 0 ? "FX001" : "FA565";
        var last = issue.notifications().isEmpty() ? "none" : issue.notifications().getLast().id();
        return switch (random.nextInt(10)) {
            case 0, 1 -> new Event.Release(by);
            case 2 -> new Event.Return(by, "0003");
            case 3, 4, 5 -> notify(random, issue, by, last);
            case 6 -> new Event.Withdraw(by, last, "QU");
            case 7 ->
                    new Event.Cancel(
                            issue.lines().get(random.nextInt(issue.lines().size())).id(),
                            random.nextBoolean() ? BY_OSEI : BY_PATEL);
            case 8 ->
                    new Event.Claim(
                            by,
                            "c" + random.nextInt(),
                            issue.state() instanceof State.Claimed(_, var claim)
                                    ? Optional.of(claim)
                                    : Optional.empty());
            default -> random.nextInt(8) == 0 ? new Event.Expire() : new Event.Lapse();
        };
    }

    private static Event notify(Random random, Issue issue, String by, String last) {
        var items = new LinkedHashMap<String, LineStatus>();
        for (var line : issue.lines()) {
            if (random.nextBoolean()) {
                items.put(line.id(), STATUSES.get(random.nextInt(STATUSES.size())));
            }
        }
        return new Event.Notify(
                by,
                "n" + random.nextInt(),
                List.of("0003", "0006", "0007").get(random.nextInt(3)),
                items,
                random.nextInt(5) == 0 ? Optional.of(last) : Optional.empty());
    }

    // --- whatever happens to several issues, as time goes by -------------------------------------

    @Test
    void five_hundred_random_repeat_prescriptions_keep_what_always_holds() {
        var claimed = 0;
        for (var seed = 1; seed <= 500; seed++) {
            claimed += new Repeats(new Random(seed)).claimedLater();
        }
        assertThat(claimed).as("later issues come to their turn").isGreaterThan(50);
    }

    /// One prescription of several issues: pharmacies and prescribers do what they like, and time does what the service's round
    /// lets it do. Who dispenses says how much, as the page lets them.
    private static final class Repeats {
        private static final BigDecimal PRESCRIBED = BigDecimal.valueOf(60);
        private static final Instant OVER = NOW.plus(Duration.ofDays(365));

        private final Random random;

        /// What each notification says was handed over, by its id and the item's.
        private final Map<String, Map<String, BigDecimal>> amounts = new HashMap<>();

        private Prescription all;
        private Instant now = NOW;

        Repeats(Random random) {
            this.random = random;
            var items = List.of("a", "b", "c").subList(0, 1 + random.nextInt(3));
            var starts = NOW.plus(Duration.ofDays(random.nextInt(3)));
            this.all =
                    new Prescription(
                            PrescriptionId.next("ZR1"),
                            NhsNumber.of("9990548609").orElseThrow(),
                            "field",
                            new Prescription.Prescriber("555086689106", "Dr Osei", "ZR1", ""),
                            Prescription.Treatment.REPEAT_DISPENSING,
                            Optional.empty(),
                            7 * (1 + random.nextInt(4)),
                            NOW,
                            1,
                            PrescriptionRules.fresh(
                                    items,
                                    1 + random.nextInt(4),
                                    starts,
                                    NOW.plus(Duration.ofDays(180)),
                                    OVER,
                                    NOW));
        }

        /// Lives it to its end.
        ///
        /// @return how many issues after the first were claimed for
        int claimedLater() {
            for (var step = 0; step < 150; step++) {
                now = now.plus(Duration.ofHours(random.nextInt(96)));
                time();
                somebody();
            }
            now = OVER.isAfter(now) ? OVER : now;
            time();
            now = now.plus(IssueRules.CLAIMABLE);
            time();
            assertThat(all.issues())
                    .as("each issue has come to its end")
                    .allMatch(issue ->
                            switch (issue.state()) {
                                case State.NotDispensed _,
                                        State.Claimed _,
                                        State.NotClaimed _,
                                        State.Expired _,
                                        State.Cancelled _,
                                        State.FutureCancelled _ ->
                                        true;
                                case State.Awaiting _,
                                        State.ToBeDispensed _,
                                        State.WithDispenser _,
                                        State.Active _,
                                        State.Dispensed _,
                                        State.FutureRepeat _,
                                        State.FuturePrescription _ ->
                                        false;
                            });
            return (int)
                    all.issues().stream()
                            .skip(1)
                            .filter(issue -> issue.state() instanceof State.Claimed)
                            .count();
        }

        /// As the round of the service does it; none of it may be refused, or it would be lost.
        private void time() {
            round(Set.of("0000", "9001"), Issue::due, new Event.Due());
            round(
                    Set.of("0000", "0001", "0002", "0003", "9000", "9001"),
                    issue -> Optional.of(issue.expires()),
                    new Event.Expire());
            round(
                    Set.of("0006"),
                    issue -> issue.completed().map(when -> when.plus(IssueRules.CLAIMABLE)),
                    new Event.Lapse());
        }

        private void round(
                Set<String> states, Function<Issue, Optional<Instant>> when, Event event) {
            for (var next = next(states, when); next.isPresent(); next = next(states, when)) {
                checked(PrescriptionRules.next(all, next.get().number(), event, now));
            }
        }

        private Optional<Issue> next(Set<String> states, Function<Issue, Optional<Instant>> when) {
            return all.issues().stream()
                    .filter(issue -> states.contains(issue.state().code()))
                    .filter(issue ->
                            when.apply(issue).filter(moment -> !moment.isAfter(now)).isPresent())
                    .findFirst();
        }

        private void somebody() {
            var by = random.nextInt(6) == 0 ? "FX001" : "FA565";
            var any = all.issues().get(random.nextInt(all.issues().size()));
            var held =
                    all.issues().stream()
                            .filter(issue -> issue.state().holder().isPresent())
                            .reduce((_, last) -> last)
                            .filter(_ -> random.nextInt(4) > 0)
                            .orElse(any);
            var last =
                    held.notifications().isEmpty() ? "none" : held.notifications().getLast().id();
            try {
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> happens(all.current(), new Event.Release(by));
                    case 3 -> happens(held, new Event.Return(by, "0003"));
                    case 4, 5, 6, 7 -> told(held, by);
                    case 8 -> happens(held, new Event.Withdraw(by, last, "QU"));
                    case 9 -> {
                        if (random.nextInt(4) == 0) {
                            cancels();
                        }
                    }
                    default ->
                            happens(
                                    held,
                                    new Event.Claim(
                                            by,
                                            "c" + random.nextInt(),
                                            held.state() instanceof State.Claimed(_, var claim)
                                                    ? Optional.of(claim)
                                                    : Optional.empty()));
                }
            } catch (EpsError.Refusal e) {
                // It changes nothing: the prescription is a value.
            }
        }

        private void happens(Issue issue, Event event) {
            checked(PrescriptionRules.next(all, issue.number(), event, now));
        }

        private void cancels() {
            var lines = all.current().lines();
            checked(
                    PrescriptionRules.cancelled(
                                    all,
                                    new Event.Cancel(
                                            lines.get(random.nextInt(lines.size())).id(),
                                            random.nextBoolean() ? BY_OSEI : BY_PATEL))
                            .prescription());
        }

        /// A form of the page, sometimes in the place of the one before.
        private void told(Issue issue, String by) {
            var told = issue.notifications();
            var instead = !told.isEmpty() && random.nextInt(5) == 0;
            var counted = instead ? told.subList(0, told.size() - 1) : told;
            var fields = new HashMap<String, String>();
            fields.put("key", UUID.randomUUID().toString());
            var choices = List.copyOf(PageRules.CHOICES.keySet());
            for (var line : issue.lines()) {
                fields.put(
                        "status-" + line.id(),
                        random.nextInt(3) == 0
                                ? choices.get(random.nextInt(choices.size()))
                                : LineStatus.DISPENSED.code());
                fields.put("quantity-" + line.id(), Integer.toString(1 + random.nextInt(70)));
            }
            for (var line : issue.lines()) {
                if (line.status().over() && random.nextInt(5) > 0) {
                    fields.remove("status-" + line.id());
                }
            }
            var quantities = new HashMap<String, Quantities>();
            issue.lines()
                    .forEach(line -> quantities.put(line.id(), quantities(counted, line.id())));
            var typed = NotificationRules.typed(fields, issue, quantities);
            if (typed.form().isEmpty()) {
                return;
            }
            var form = typed.form().get();
            var items = new HashMap<String, LineStatus>();
            form.statuses()
                    .forEach((item, code) -> items.put(item, LineStatus.of(code).orElseThrow()));
            var statuses = new ArrayList<LineStatus>();
            for (var i = 0; i < issue.lines().size(); i++) {
                var line = issue.lines().get(i);
                var from = instead ? told.getLast().lines().get(i) : line.status();
                statuses.add(items.getOrDefault(line.id(), from));
            }
            amounts.put(form.key(), form.quantities());
            happens(
                    issue,
                    new Event.Notify(
                            by,
                            form.key(),
                            !statuses.stream().allMatch(LineStatus::over)
                                    ? "0003"
                                    : statuses.stream().anyMatch(LineStatus::handedOver)
                                            ? "0006"
                                            : "0007",
                            items,
                            instead ? Optional.of(told.getLast().id()) : Optional.empty()));
        }

        private Quantities quantities(List<Issue.Notification> counted, String item) {
            return Quantities.of(
                    PRESCRIBED,
                    counted.stream()
                            .map(told ->
                                    amounts.getOrDefault(told.id(), Map.of())
                                            .getOrDefault(item, BigDecimal.ZERO))
                            .toList());
        }

        private void checked(Prescription after) {
            assertThat(after.issues()).hasSameSizeAs(all.issues());
            var with =
                    after.issues().stream()
                            .filter(issue ->
                                    issue.state() instanceof State.WithDispenser
                                            || issue.state() instanceof State.Active)
                            .toList();
            assertThat(with).as("one pharmacy at a time has one issue").hasSizeLessThan(2);
            with.stream()
                    .filter(issue -> issue.number() > 1)
                    .forEach(issue ->
                            assertThat(after.issue(issue.number() - 1).orElseThrow().state().over())
                                    .isTrue());
            for (var i = 0; i < after.issues().size(); i++) {
                checked(all.issues().get(i), after.issues().get(i));
            }
            all = after;
        }

        private void checked(Issue before, Issue after) {
            assertThat(ids(after)).isEqualTo(ids(before));
            var holder = before.state().holder();
            if (holder.isPresent() && after.state().holder().isPresent()) {
                assertThat(after.state().holder()).isEqualTo(holder);
            }
            if (after.state() instanceof State.Claimed) {
                assertThat(before.state())
                        .isInstanceOfAny(State.Dispensed.class, State.Claimed.class);
            }
            if (before.state() instanceof State.Claimed) {
                assertThat(after.state()).isInstanceOf(State.Claimed.class);
            }
            for (var line : after.lines()) {
                var given = quantities(after.notifications(), line.id()).given();
                switch (line.status()) {
                    case DISPENSED -> assertThat(given).isEqualByComparingTo(PRESCRIBED);
                    case PARTIAL -> assertThat(given).isPositive().isLessThan(PRESCRIBED);
                    case NOT_DISPENSED,
                            OWING,
                            CANCELLED,
                            EXPIRED,
                            TO_BE_DISPENSED,
                            WITH_DISPENSER ->
                            assertThat(given).isZero();
                }
            }
            agrees(after);
            answered(before, after);
        }
    }
}
