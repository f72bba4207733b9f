package trellis.notices;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import trellis.notices.Delivery.Why;
import trellis.notices.Notice.Channel;
import trellis.notices.Notice.Leg;
import trellis.notices.Notice.Step;
import trellis.notices.Notices.Kind;

/// Plans, whose turn it is, and the only sentences that ever leave. Pure functions.
final class NoticeRules {
    private static final Pattern LEG = Pattern.compile("([a-z]+)(?: ([0-9]{1,4})([mhd]))?");
    private static final Pattern REFERENCE = Pattern.compile("trellis-([0-9]{1,18})-([0-9]{1,3})");

    private NoticeRules() {}

    /// The language of what is sent.
    enum Language {
        ENGLISH,
        WELSH
    }

    /// What is sent outside.
    ///
    /// @param subject of the mail
    /// @param text the whole of it
    record Outside(String subject, String text) {}

    /// The sentence that leaves: fixed for each kind and language. It says neither who wrote nor about what, and whoever reads
    /// a shared telephone learns no more than that there is something in Trellis.
    ///
    /// @param address where to sign in
    static Outside outside(Kind kind, Language language, String address) {
        return switch (language) {
            case ENGLISH ->
                    switch (kind) {
                        case MESSAGE ->
                                new Outside(
                                        "There is a new message for you",
                                        "There is a new message for you in Trellis. Sign in at "
                                                + address
                                                + " to read it.");
                        case OPENED, PRESCRIPTION_READY ->
                                new Outside(
                                        "There is something new for you",
                                        "There is something new for you in Trellis. Sign in at "
                                                + address
                                                + " to see it.");
                    };
            case WELSH ->
                    switch (kind) {
                        case MESSAGE ->
                                new Outside(
                                        "Mae neges newydd i chi",
                                        "Mae neges newydd i chi yn Trellis. Mewngofnodwch yn "
                                                + address
                                                + " i'w darllen.");
                        case OPENED, PRESCRIPTION_READY ->
                                new Outside(
                                        "Mae rhywbeth newydd i chi",
                                        "Mae rhywbeth newydd i chi yn Trellis. Mewngofnodwch yn "
                                                + address
                                                + " i'w weld.");
                    };
        };
    }

    /// Reads a plan: `app 1h, mail 1d, text`. The last step waits for nothing, so it needs no time.
    ///
    /// @throws IllegalArgumentException when it is none
    static List<Leg> plan(String text) {
        var legs = new ArrayList<Leg>();
        for (var part : text.split(",", -1)) {
            var matcher = LEG.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("no step");
            }
            var channel = Channel.of(matcher.group(1)).orElseThrow(IllegalArgumentException::new);
            legs.add(
                    new Leg(
                            channel,
                            wait(Optional.ofNullable(matcher.group(2)), matcher.group(3))));
        }
        if (legs.stream().map(Leg::channel).distinct().count() < legs.size()) {
            throw new IllegalArgumentException("a channel twice");
        }
        return List.copyOf(legs);
    }

    private static Duration wait(Optional<String> amount, String unit) {
        var number = amount.map(Integer::parseInt).orElse(0);
        return amount.isEmpty()
                ? Duration.ZERO
                : switch (unit) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
    }

    /// A plan with the way that somebody likes best before the other one outside. The waits stay where they are.
    static List<Leg> preferring(List<Leg> plan, Optional<Channel> first) {
        var outside = plan.stream().filter(leg -> leg.channel() != Channel.APP).toList();
        if (first.isEmpty() || outside.size() < 2 || outside.getFirst().channel() == first.get()) {
            return plan;
        }
        return plan.stream()
                .map(leg ->
                        switch (leg.channel()) {
                            case APP -> leg;
                            case MAIL -> new Leg(Channel.TEXT, leg.patience());
                            case TEXT -> new Leg(Channel.MAIL, leg.patience());
                        })
                .toList();
    }

    /// The steps of a plan before anything has happened.
    static List<Step> steps(List<Leg> plan, Instant now) {
        var steps = new ArrayList<Step>();
        for (var leg : plan) {
            steps.add(new Step(steps.size() + 1, leg, new Delivery.Created(), now));
        }
        return List.copyOf(steps);
    }

    /// What a worker has to do.
    sealed interface Next {
        /// Hand this step over.
        record Try(Step step) implements Next {}

        /// Look again at a moment.
        record Wait(Instant until) implements Next {}

        /// Nothing: they know, or every step has been taken.
        record Done() implements Next {}
    }

    /// Whose turn it is. A step that failed or was skipped gives way at once; one that was sent, when its wait has passed and
    /// nothing is known of it; one that arrived ends the plan.
    static Next next(List<Step> steps, Instant now) {
        for (var step : steps) {
            switch (step.state()) {
                case Delivery.Created _ -> {
                    return new Next.Try(step);
                }
                case Delivery.Sending(var tries) -> {
                    var from =
                            tries == 0
                                    ? step.changed()
                                    : step.changed().plus(DeliveryRules.pause(tries));
                    return from.isAfter(now) ? new Next.Wait(from) : new Next.Try(step);
                }
                case Delivery.Sent _ -> {
                    var until = step.changed().plus(step.leg().patience());
                    if (step.place() < steps.size() && until.isAfter(now)) {
                        return new Next.Wait(until);
                    }
                }
                case Delivery.Delivered _ -> {
                    return new Next.Done();
                }
                case Delivery.Failed _, Delivery.Skipped _ -> {}
            }
        }
        return new Next.Done();
    }

    /// The steps once somebody has read what waits: the inbox has delivered, what has not left is spared.
    static List<Step> read(List<Step> steps, Instant now) {
        return steps.stream()
                .map(step ->
                        step.leg().channel() == Channel.APP
                                ? step.after(
                                        new Delivery.Event.Received(Delivery.Receipt.DELIVERED),
                                        now)
                                : step.after(new Delivery.Event.Spared(Why.READ), now))
                .toList();
    }

    /// A step that a receipt is about.
    record Place(long notice, int place) {}

    /// Reads [Notice#reference]; empty for what is none of ours.
    static Optional<Place> place(String reference) {
        var matcher = REFERENCE.matcher(reference);
        return matcher.matches()
                ? Optional.of(
                        new Place(
                                Long.parseLong(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /// How far telling has come, in a sentence for whoever wrote.
    static String told(Notice notice) {
        if (notice.read().isPresent()) {
            return "They have seen it";
        }
        var outside =
                notice.steps().stream()
                        .filter(step -> step.leg().channel() != Channel.APP)
                        .filter(step ->
                                step.state() instanceof Delivery.Sent
                                        || step.state() instanceof Delivery.Delivered)
                        .map(step ->
                                step.leg().channel() == Channel.MAIL ? "email" : "text message")
                        .toList();
        if (!outside.isEmpty()) {
            return "They were told by " + String.join(" and ", outside);
        }
        var lost =
                !notice.steps().isEmpty()
                        && notice.steps().stream()
                                .filter(step -> step.leg().channel() != Channel.APP)
                                .allMatch(step ->
                                        step.state() instanceof Delivery.Failed
                                                || step.state() instanceof Delivery.Skipped);
        return lost
                ? "They could be told on their own pages only: " + why(notice.steps())
                : "It waits on their own pages";
    }

    private static String why(List<Step> steps) {
        return steps.stream()
                .flatMap(step ->
                        switch (step.state()) {
                            case Delivery.Failed(var why) -> java.util.stream.Stream.of(why);
                            case Delivery.Skipped(var why) -> java.util.stream.Stream.of(why);
                            case Delivery.Created _,
                                    Delivery.Sending _,
                                    Delivery.Sent _,
                                    Delivery.Delivered _ ->
                                    java.util.stream.Stream.<Why>empty();
                        })
                .map(why -> why.words().toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .reduce((one, other) -> one + "; " + other)
                .orElse("no other way is planned");
    }

    /// Whether a text could be a mail address that no header or second address hides in.
    static boolean mail(String text) {
        return text.length() <= 254
                && text.matches("[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");
    }

    /// A mobile number as carriers take it, such as `+447700900123`; empty for what is none of the United Kingdom's.
    static Optional<String> mobile(String text) {
        var digits = text.replaceAll("[\\s().-]", "");
        var national =
                Arrays.asList("+44", "0044", "0").stream()
                        .filter(digits::startsWith)
                        .findFirst()
                        .map(prefix -> digits.substring(prefix.length()))
                        .orElse("");
        return national.matches("7[0-9]{9}") ? Optional.of("+44" + national) : Optional.empty();
    }
}
