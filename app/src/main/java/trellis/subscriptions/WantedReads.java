package trellis.subscriptions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.api.Selections;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.notices.NoticeSettings;
import trellis.settings.Settings;
import trellis.store.Criterion;
import trellis.store.Matching;
import trellis.subscriptions.Topic.Filter;
import trellis.subscriptions.Topic.Trigger;

/// Reads Subscriptions, with the topics and the searches they name.
@Component
final class WantedReads {
    private static final String CRITERIA = "Subscription.criteria";
    private static final String FILTER = CRITERIA + ".extension";
    private static final int MOST_FILTERS = 20;

    private final TopicReads topics;
    private final Selections selections;
    private final Access access;
    private final SubscriptionSettings settings;
    private final boolean mail;

    WantedReads(TopicReads topics, Selections selections, Access access, Settings settings) {
        this.topics = topics;
        this.selections = selections;
        this.access = access;
        this.settings = SubscriptionSettings.from(settings);
        this.mail = NoticeSettings.from(settings).smtp().isPresent();
    }

    /// Reads a Subscription.
    ///
    /// @param caller whose it is: they must be allowed to find and read what they want to be told of
    /// @param base address of this server's API as they called it
    /// @throws Refused naming the element
    Wanted of(JsonNode json, Caller caller, String base) {
        var plain = WantedRules.plain(json);
        var topic =
                plain.isPresent()
                        ? TopicRules.plain(plain.get().type(), plain.get().query())
                        : named(json);
        for (var trigger : topic.triggers()) {
            checked(trigger, caller, base);
        }
        var filters = filters(json, topic, caller, base, plain.isPresent());
        var wanted =
                new Wanted(
                        json.path("id").asString(""),
                        json.path("status").asString(""),
                        topic,
                        filters,
                        topic.ofAnything() && !filters.isEmpty(),
                        WantedRules.channel(json, settings, mail),
                        WantedRules.end(json),
                        WantedRules.wire(json));
        for (var type : wanted.types(Definitions.r4().resourceTypes())) {
            if (!topic.ofAnything() || wanted.named()) {
                access.require(caller, Right.SEARCH, type);
                access.require(caller, Right.READ, type);
            }
        }
        return wanted;
    }

    private Topic named(JsonNode json) {
        var url = json.path("criteria").asString("");
        return topics.find(url)
                .orElseThrow(() ->
                        WantedRules.wrong(
                                "not-found",
                                "There is no topic with this address here. The criteria are the address of one that is listed at"
                                        + " metadata (Subscription), or a search such as Observation?code=...",
                                CRITERIA));
    }

    /// Goes on only when the searches of a trigger can be seen from one resource.
    private void checked(Trigger trigger, Caller caller, String base) {
        trigger.query()
                .ifPresent(query -> {
                    for (var text : List.of(query.previous(), query.current())) {
                        criterion(trigger.type(), text, caller, base, CRITERIA);
                    }
                });
    }

    /// Reads a search of one resource.
    ///
    /// @param text empty for none
    Optional<Criterion> criterion(
            String type, String text, Caller caller, String base, String place) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var criterion = selections.criterion(caller, type, text, base, false);
            Matching.beyond(criterion)
                    .ifPresent(what -> {
                        throw WantedRules.wrong(
                                "not-supported",
                                "Each resource is looked at by itself when it is written, so "
                                        + what
                                        + " cannot be asked for here; leave it out.",
                                place);
                    });
            return Optional.of(criterion);
        } catch (Refused e) {
            if (e.problem() instanceof Problem.BadRequest(var code, var why, var where)) {
                throw new Refused(
                        new Problem.Invalid(
                                List.of(
                                        Issue.error(
                                                code,
                                                where.isEmpty() ? why : where + ": " + why,
                                                place))));
            }
            throw e;
        }
    }

    private Map<String, List<Criterion>> filters(
            JsonNode json, Topic topic, Caller caller, String base, boolean plain) {
        var texts =
                ExtensionRules.texts(
                        json.path("_criteria"), WantedRules.GUIDE + "backport-filter-criteria");
        if (plain && !texts.isEmpty()) {
            throw WantedRules.wrong(
                    "invalid",
                    "A search narrows itself; backport-filter-criteria go with a topic.",
                    FILTER);
        }
        if (texts.size() > MOST_FILTERS) {
            throw WantedRules.wrong(
                    "too-costly",
                    "A Subscription has " + MOST_FILTERS + " filters at the most.",
                    FILTER);
        }
        var filters = new HashMap<String, List<Criterion>>();
        for (var text : texts) {
            var question = text.indexOf('?');
            var query = text.substring(question + 1);
            var types = question < 0 ? types(topic) : List.of(text.substring(0, question));
            for (var type : types) {
                if (!Definitions.r4().isResourceType(type) || !topic.concerns(type)) {
                    throw WantedRules.wrong(
                            "value",
                            "The topic tells nothing of the type before the question mark; a filter is written Type?name=value.",
                            FILTER);
                }
                offered(topic, type, query);
                criterion(type, query, caller, base, FILTER)
                        .ifPresent(one ->
                                filters.computeIfAbsent(type, _ -> new ArrayList<>()).add(one));
                filters.computeIfAbsent(type, _ -> new ArrayList<>());
            }
        }
        return filters;
    }

    private static List<String> types(Topic topic) {
        if (topic.ofAnything()) {
            throw WantedRules.wrong(
                    "value",
                    "The topic tells of every type, so a filter names one: Type?name=value.",
                    FILTER);
        }
        return topic.triggers().stream().map(Trigger::type).distinct().toList();
    }

    /// Goes on only when the topic offers each parameter of a filter, with its modifier and the comparators of its values.
    private void offered(Topic topic, String type, String query) {
        var mine = topic.filters().stream().filter(one -> one.isOf(type)).toList();
        for (var way : ways(type, query)) {
            var named =
                    mine.stream().filter(one -> one.parameter().equals(way.parameter())).toList();
            if (named.isEmpty()) {
                throw notOffered(
                        way.parameter(), "", mine.stream().map(Filter::parameter), "It can be by ");
            }
            // A type after the colon is the modifier that R5 calls type.
            var modifier =
                    Definitions.r4().isResourceType(way.modifier()) ? "type" : way.modifier();
            var taking = named.stream().filter(one -> one.takesModifier(modifier)).toList();
            if (taking.isEmpty()) {
                throw notOffered(
                        way.parameter(),
                        " with the modifier :" + way.modifier(),
                        said(named, Filter::modifiers),
                        "Modifiers that it allows: ");
            }
            for (var comparator : way.comparators()) {
                if (taking.stream().noneMatch(one -> one.takesComparator(comparator))) {
                    throw notOffered(
                            way.parameter(),
                            " with the comparator " + comparator,
                            said(taking, Filter::comparators),
                            "Comparators that it allows (eq is a value without one): ");
                }
            }
        }
    }

    private List<Selections.Way> ways(String type, String query) {
        try {
            return selections.ways(type, query);
        } catch (Refused e) {
            throw e.problem() instanceof Problem.BadRequest(var code, var why, _)
                    ? WantedRules.wrong(code, why, FILTER)
                    : e;
        }
    }

    private static Stream<String> said(
            List<Filter> filters, Function<Filter, Optional<Set<String>>> what) {
        return filters.stream().flatMap(one -> what.apply(one).stream().flatMap(Set::stream));
    }

    private static Refused notOffered(
            String parameter, String how, Stream<String> offered, String words) {
        var all = offered.distinct().sorted().collect(Collectors.joining(", "));
        return WantedRules.wrong(
                "value",
                "The topic cannot be narrowed by "
                        + parameter
                        + how
                        + ". "
                        + words
                        + (all.isEmpty() ? "none" : all)
                        + ".",
                FILTER);
    }
}
