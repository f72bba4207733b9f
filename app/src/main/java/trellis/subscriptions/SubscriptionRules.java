package trellis.subscriptions;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Askers;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.access.Role;
import trellis.api.Companion;
import trellis.api.WriteRule;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.Settings;
import trellis.store.Change;
import trellis.store.Write;
import trellis.subscriptions.SubscriptionSql.Asked;

/// What a Subscription and a topic must be to be stored; whose it is, is committed with it.
@Component
final class SubscriptionRules implements WriteRule, Companion {
    private static final String TYPE = "Subscription";

    private final SubscriptionSql sql;
    private final SubscriptionSettings settings;
    private final Write.Table<Asked> table;
    private final Askers askers;
    private final ObjectProvider<WantedReads> reads;
    private final ObjectProvider<TopicReads> topics;
    private final ObjectProvider<SenderReads> senders;
    private final Clock clock;

    SubscriptionRules(
            DataSource database,
            Settings settings,
            Askers askers,
            ObjectProvider<WantedReads> reads,
            ObjectProvider<TopicReads> topics,
            ObjectProvider<SenderReads> senders,
            Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.settings = SubscriptionSettings.from(settings);
        // One for all: what a group of writes commits together is noted together.
        this.table = SubscriptionSql.asked(this.settings.each());
        this.askers = askers;
        this.reads = reads;
        this.topics = topics;
        this.senders = senders;
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of(TYPE, "Basic");
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        try {
            switch (change) {
                case Proposed.Put put when put.type().equals(TYPE) -> asked(put);
                case Proposed.Put put -> topic(put);
                case Proposed.Delete delete when delete.type().equals(TYPE) ->
                        own(delete.caller(), delete.id());
                case Proposed.Delete _ -> {}
            }
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(e.problem());
        }
    }

    private void asked(Proposed.Put put) {
        own(put.caller(), put.id());
        var json = put.content().json();
        var status = json.path("status").asString("");
        if (!status.equals("requested") && !status.equals("active")) {
            // Nothing is kept for one that is stored off or in error, until it is asked for.
            return;
        }
        if (askers.shown().isEmpty()) {
            throw WantedRules.wrong(
                    "business-rule",
                    "A Subscription is asked for at the API by whoever wants it, and not by an import or later; bring it with the"
                            + " status off.",
                    "Subscription.status");
        }
        var now = clock.instant();
        if (WantedRules.end(json).filter(end -> !end.isAfter(now)).isPresent()) {
            throw WantedRules.wrong(
                    "value", "The end is over; name a later one.", "Subscription.end");
        }
        var wanted = reads.getObject().of(json, put.caller(), "");
        if (wanted.channel().way() == Wanted.Way.REST_HOOK) {
            WantedRules.called(wanted.channel().endpoint(), settings.to());
        }
    }

    /// That an owner would have more than they may.
    static Problem tooMany(int each) {
        return Problem.invalid(
                "too-costly",
                "You may have "
                        + each
                        + " Subscriptions at once, and would have more; delete some, or ask for fewer.",
                TYPE);
    }

    /// Who tells whom is for whoever asked for it, and for whoever runs the server.
    private void own(Caller caller, String id) {
        if (!isMachine(caller)
                && sql.owner(id)
                        .filter(owner -> !owner.equals(CallerRules.owner(caller)))
                        .isPresent()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Only whoever asked for a Subscription changes it. Make one of your own."));
        }
    }

    /// Whether somebody is the machine itself and no app.
    static boolean isMachine(Caller caller) {
        return caller.role() == Role.SYSTEM && caller.app().isEmpty();
    }

    private void topic(Proposed.Put put) {
        var json = put.content().json();
        if (TopicRules.isTopic(json) && TopicRules.isActive(json)) {
            var topic = TopicRules.topic(json);
            if (topics.getObject().isOurs(topic.url())) {
                throw WantedRules.wrong(
                        "duplicate",
                        "A topic that this server brings has this address; choose another.",
                        "Basic.extension");
            }
            for (var trigger : topic.triggers()) {
                trigger.query()
                        .ifPresent(query -> {
                            for (var text : List.of(query.previous(), query.current())) {
                                reads.getObject()
                                        .criterion(
                                                trigger.type(),
                                                text,
                                                put.caller(),
                                                "",
                                                "Basic.extension");
                            }
                        });
            }
        }
    }

    @Override
    public ObjectNode kept(Proposed.Put change) {
        return change.type().equals(TYPE)
                ? senders.getObject()
                        .headers()
                        .sealed(change.content().json(), change.id(), told(change))
                : change.content().json();
    }

    /// Whoever is told by it: what the machine changes stays with its owner.
    private String told(Proposed.Put change) {
        var writer = CallerRules.owner(change.caller());
        return isMachine(change.caller()) ? sql.owner(change.id()).orElse(writer) : writer;
    }

    @Override
    public Optional<Write.Alongside<?>> of(Caller caller, String base, List<Change> changes) {
        var asked =
                changes.stream()
                        .filter(change -> change.type().equals(TYPE))
                        .map(change ->
                                new Asked(
                                        change.id(),
                                        change instanceof Change.Put,
                                        caller,
                                        askers.shown(),
                                        base))
                        .toList();
        return asked.isEmpty()
                ? Optional.empty()
                : Optional.of(new Write.Alongside<>(table, _ -> asked));
    }
}
