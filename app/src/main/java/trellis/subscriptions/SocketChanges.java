package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.websocket.Session;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import trellis.access.Askers;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.subscriptions.Standing.State;

/// The websockets that are bound on this node, and what is sent over them.
@Component
final class SocketChanges implements Sender {
    private static final int MOST = 1_000;
    private static final int MOST_EACH = 100;

    private final Askers askers;
    private final Map<String, Set<Bound>> bound = new ConcurrentHashMap<>();

    SocketChanges(Askers askers) {
        this.askers = askers;
    }

    /// A connection that is bound to a Subscription.
    ///
    /// @param caller who bound it, and `shown` how they showed it
    /// @param born of the Subscription: another may have its id later
    private record Bound(Session session, Caller caller, String shown, long born) {

        /// Whether it belongs to a Subscription still: whoever owns that now may be somebody else.
        boolean isOf(Standing standing) {
            return born == standing.born()
                    && CallerRules.owner(caller).equals(CallerRules.owner(standing.caller()));
        }
    }

    /// Binds a connection to a Subscription.
    ///
    /// @param caller who binds it
    /// @param shown how they showed it
    /// @return false when this node, or they, have as many as may be
    boolean bind(Standing standing, Caller caller, String shown, Session session) {
        var owner = CallerRules.owner(caller);
        var all = bound.values().stream().flatMap(Collection::stream).toList();
        if (all.size() >= MOST
                || all.stream().filter(one -> CallerRules.owner(one.caller()).equals(owner)).count()
                        >= MOST_EACH) {
            return false;
        }
        var one = new Bound(session, caller, shown, standing.born());
        // Within one step, so that a set that is just thrown away does not take it along.
        bound.compute(
                standing.id(),
                (_, before) ->
                        Stream.concat(
                                        before == null ? Stream.of() : before.stream(),
                                        Stream.of(one))
                                .collect(Collectors.toUnmodifiableSet()));
        return true;
    }

    /// A connection is no more.
    void forget(Session session) {
        for (var id : ids()) {
            bound.computeIfPresent(
                    id,
                    (_, before) ->
                            before.stream()
                                    .filter(one -> !one.session().equals(session))
                                    .collect(Collectors.toUnmodifiableSet()));
            bound.remove(id, Set.of());
        }
    }

    /// The Subscriptions that somebody is bound to here.
    List<String> ids() {
        return List.copyOf(bound.keySet());
    }

    @Override
    public Optional<String> send(Standing standing, Wanted wanted, Message message) {
        var taken = false;
        for (var one : bound.getOrDefault(standing.id(), Set.of())) {
            if (mayHave(one, standing)) {
                taken |= send(one.session(), message);
            } else {
                close(one.session());
            }
        }
        return taken ? Optional.empty() : Optional.of("Nobody is connected");
    }

    /// Rights are asked again before each message: of whoever bound it as of whoever wrote the Subscription.
    private boolean mayHave(Bound one, Standing standing) {
        return one.isOf(standing)
                && askers.again(one.caller(), one.shown())
                        .filter(now -> StatusApi.isOwn(standing, now))
                        .isPresent();
    }

    /// Sends to one connection; one that does not take it is closed.
    boolean send(Session session, Message message) {
        try {
            synchronized (session) {
                session.getBasicRemote().sendText(new String(message.body(), UTF_8));
            }
            return true;
        } catch (IOException | IllegalStateException e) {
            close(session);
            return false;
        }
    }

    /// Closes the connections of Subscriptions that are no more, are off, or are another's by now.
    ///
    /// @param standings of all of [#ids] that there are
    void sweep(List<String> asked, List<Standing> standings) {
        var there = standings.stream().collect(Collectors.toMap(Standing::id, Function.identity()));
        for (var id : asked) {
            var standing = Optional.ofNullable(there.get(id));
            for (var one : bound.getOrDefault(id, Set.of())) {
                if (standing.filter(now -> now.state() != State.OFF && one.isOf(now)).isEmpty()) {
                    close(one.session());
                }
            }
        }
    }

    /// Closes the connections of one whose owner may not be told any more.
    void close(String id) {
        bound.getOrDefault(id, Set.of()).forEach(one -> close(one.session()));
    }

    private void close(Session session) {
        forget(session);
        try {
            session.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }
}
