package trellis.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.consents.Made;
import trellis.fhir.Json;
import trellis.notices.Delivery.Why;
import trellis.notices.Notice.Channel;
import trellis.notices.Notice.Leg;
import trellis.notices.Notice.Step;
import trellis.notices.NoticeRules.Language;
import trellis.notices.NoticeRules.Next;
import trellis.notices.Notices.Kind;

/// Plans, turns, contact points and the sentences that leave.
class NoticeRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-09T14:05:00Z");
    private static final List<Leg> PLAN = NoticeRules.plan("app 5m, mail 1d, text");

    private static List<Step> steps(Delivery... states) {
        var steps = new java.util.ArrayList<Step>();
        for (var state : states) {
            steps.add(new Step(steps.size() + 1, PLAN.get(steps.size()), state, NOW));
        }
        return steps;
    }

    @Test
    void a_plan_is_read_as_it_is_written() {
        assertThat(PLAN)
                .containsExactly(
                        new Leg(Channel.APP, Duration.ofMinutes(5)),
                        new Leg(Channel.MAIL, Duration.ofDays(1)),
                        new Leg(Channel.TEXT, Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app", "pigeon 5m", "app 5", "app 5m,,text", "app 5m, app 1h"})
    void only_the_whole_of_a_plan_is_one(String text) {
        if (text.equals("app")) {
            assertThat(NoticeRules.plan(text)).hasSize(1);
        } else {
            assertThatThrownBy(() -> NoticeRules.plan(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_step_gives_way_at_once_when_it_fails_and_after_its_wait_when_nothing_is_heard() {
        var created = new Delivery.Created();
        var sent = new Delivery.Sent();
        assertThat(NoticeRules.next(steps(sent, created, created), NOW))
                .isEqualTo(new Next.Wait(NOW.plusSeconds(300)));
        var second = steps(sent, created, created);
        assertThat(NoticeRules.next(second, NOW.plusSeconds(300)))
                .isEqualTo(new Next.Try(second.get(1)));
        var third = steps(sent, new Delivery.Failed(Why.REFUSED), created);
        assertThat(NoticeRules.next(third, NOW.plusSeconds(300)))
                .isEqualTo(new Next.Try(third.get(2)));
        assertThat(NoticeRules.next(steps(sent, sent, sent), NOW.plusSeconds(100_000)))
                .isEqualTo(new Next.Done());
        assertThat(
                        NoticeRules.next(
                                steps(sent, new Delivery.Delivered(), created),
                                NOW.plusSeconds(301)))
                .isEqualTo(new Next.Done());
        var trying = steps(sent, new Delivery.Sending(2), created);
        assertThat(NoticeRules.next(trying, NOW.plusSeconds(300)))
                .isEqualTo(new Next.Try(trying.get(1)));
        assertThat(NoticeRules.next(trying.subList(1, 3), NOW))
                .isEqualTo(new Next.Wait(NOW.plusSeconds(120)));
    }

    @Test
    void what_was_read_is_told_no_more() {
        var read =
                NoticeRules.read(
                        steps(new Delivery.Sent(), new Delivery.Sending(1), new Delivery.Created()),
                        NOW);
        assertThat(read.stream().map(Step::state))
                .containsExactly(
                        new Delivery.Delivered(),
                        new Delivery.Skipped(Why.READ),
                        new Delivery.Skipped(Why.READ));
    }

    @Test
    void what_leaves_is_one_of_four_sentences() {
        var address = "https://trellis.example/";
        assertThat(NoticeRules.outside(Kind.MESSAGE, Language.ENGLISH, address).text())
                .isEqualTo(
                        "There is a new message for you in Trellis. Sign in at"
                                + " https://trellis.example/ to read it.");
        assertThat(NoticeRules.outside(Kind.MESSAGE, Language.WELSH, address).text())
                .isEqualTo(
                        "Mae neges newydd i chi yn Trellis. Mewngofnodwch yn"
                                + " https://trellis.example/ i'w darllen.");
        for (var language : Language.values()) {
            assertThat(NoticeRules.outside(Kind.OPENED, language, address).text())
                    .doesNotContainIgnoringCase("record")
                    .doesNotContainIgnoringCase("cofnod")
                    .contains(address);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "07700 900123, +447700900123",
        "+44 (0)7700 900 123, ",
        "+44 7700 900123, +447700900123",
        "0044 7700-900123, +447700900123",
        "020 7946 0018, ",
        "07700 90012, ",
        "tel, "
    })
    void a_mobile_number_is_one_of_the_united_kingdom(String typed, String wanted) {
        assertThat(NoticeRules.mobile(typed)).isEqualTo(Optional.ofNullable(wanted));
    }

    @ParameterizedTest
    @CsvSource({
        "ann@example.org, true",
        "ann.o'reilly+x@mail.example.org, true",
        "ann, false",
        "'ann@example.org,bob@example.org', false",
        "'ann@example.org\r\nBcc: bob@example.org', false",
        "'Ann <ann@example.org>', false",
        "ann@example, false"
    })
    void a_mail_address_is_one_and_nothing_else(String typed, boolean wanted) {
        assertThat(NoticeRules.mail(typed)).isEqualTo(wanted);
    }

    private static Contact contact(String patient, Set<Made.Way> ways) {
        var json = Json.parse(patient.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return ContactRules.contact(json, ways, NOW);
    }

    @Test
    void contact_points_in_use_count_by_their_rank() {
        var contact =
                contact(
                        "{'telecom':[{'system':'email','value':'old@example.org','use':'old'},"
                                + "{'system':'email','value':'past@example.org','period':{'end':'2020-01-01'}},"
                                + "{'system':'email','value':'second@example.org','rank':2},"
                                + "{'system':'email','value':'first@example.org','rank':1},"
                                + "{'system':'phone','value':'020 7946 0018','use':'home'},"
                                + "{'system':'phone','value':'07700 900999','use':'work'},"
                                + "{'system':'phone','value':'07700 900123','use':'mobile'}],"
                                + "'communication':[{'language':{'coding':[{'code':'cy'}]},'preferred':true}]}",
                        Set.of());
        assertThat(contact.mail()).contains("first@example.org");
        assertThat(contact.mobile()).contains("+447700900123");
        assertThat(contact.language()).isEqualTo(Language.WELSH);
        assertThat(contact.refused()).isEmpty();
    }

    private static String preferring(String code) {
        return ("{'extension':[{'url':'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference',"
                        + "'extension':[{'url':'PreferredContactMethod','valueCodeableConcept':{'coding':[{"
                        + "'system':'https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod','code':'%s'}]}}]}]}")
                .formatted(code);
    }

    @Test
    void the_preferred_contact_method_changes_the_order_and_no_telephone_means_no_text() {
        var texts = contact(preferring("9"), Set.of());
        assertThat(NoticeRules.preferring(PLAN, texts.first()).stream().map(Leg::channel))
                .containsExactly(Channel.APP, Channel.TEXT, Channel.MAIL);
        assertThat(NoticeRules.preferring(PLAN, texts.first()).get(1).patience())
                .isEqualTo(Duration.ofDays(1));
        var mails = contact(preferring("4"), Set.of());
        assertThat(NoticeRules.preferring(PLAN, mails.first())).isEqualTo(PLAN);
        assertThat(contact(preferring("8"), Set.of()).refused()).containsExactly(Channel.TEXT);
        assertThat(contact(preferring("1"), Set.of()).refused()).isEmpty();
    }

    @Test
    void what_somebody_chose_here_counts_before_their_record() {
        var chosen = contact(preferring("8"), Set.of(Made.Way.TEXT));
        assertThat(chosen.refused()).containsExactly(Channel.MAIL);
        assertThat(contact(preferring("4"), Set.of(Made.Way.APP)).refused())
                .containsExactlyInAnyOrder(Channel.MAIL, Channel.TEXT);
        assertThat(contact("{}", Set.of(Made.Way.LARGE_PRINT)).refused()).isEmpty();
    }
}
