package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Refused;
import trellis.fhir.search.CustomParameters;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// Keeps the [Catalogue] as the SearchParameter resources have it, and goes through what was stored before a parameter was there:
/// some hundred resources in one short transaction after the other, in the background, on one node at a time. Where it is stands
/// in the database, so that a restart goes on.
public final class Reindexing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reindexing.class);

    /// Counted up when R4's own parameters begin to give other values, so that what is stored is gone through again.
    private static final String GENERATION = "2";

    private static final String ACTIVE = "active";
    private static final int MOST = 1_000;
    private static final int AT_ONCE = 200;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// So much later than a definition was noted every node has looked and indexes what it writes.
    private static final int SECONDS = 5;

    private final Store store;
    private final DataSource source;
    private final Catalogue catalogue;
    private final Preparation preparation;
    private final ReadSql reads = new ReadSql(new Bodies());
    private final Rounds rounds = Rounds.of("search parameters", PAUSE, this::round);

    /// @param catalogue is filled before this returns
    public Reindexing(
            Store store, DataSource source, Catalogue catalogue, Preparation preparation) {
        this.store = store;
        this.source = source;
        this.catalogue = catalogue;
        this.preparation = preparation;
        look();
    }

    /// Begins, in a thread of its own.
    public void begin() {
        rounds.begin();
    }

    /// Looks at the definitions and goes through everything that waits.
    void round() {
        look();
        while (!rounds.closing() && step()) {
            look();
        }
    }

    @Override
    public void close() {
        rounds.close();
    }

    /// Brings the catalogue up to date.
    void look() {
        var added = added();
        var states =
                inTransaction(connection -> {
                    var sql = new CatalogueSql(connection);
                    note(sql, added, catalogue.worded());
                    return sql.states();
                });
        Map<String, Long> pending =
                states.stream()
                        .filter(state -> !state.ready())
                        .collect(
                                Collectors.toMap(
                                        CatalogueSql.State::name, CatalogueSql.State::seen));
        var complete =
                states.stream().allMatch(s -> s.ready() || !s.code().equals(CatalogueSql.ALL));
        catalogue.learn(added, pending, complete);
    }

    /// What SearchParameters define beyond R4, in the order of their creation; of two that define the same the first counts.
    private List<Catalogue.Custom> added() {
        var status = Keys.code(Keys.salt("SearchParameter", "status"), ACTIVE);
        var query = SearchQuery.of("SearchParameter", MOST, new Criterion.AnyToken(Set.of(status)));
        var added = new HashMap<String, Catalogue.Custom>();
        for (var stored : store.search(query).matches().reversed()) {
            try {
                for (var parameter : CustomParameters.of(stored.json())) {
                    if (SearchParameters.r4().find(parameter.base(), parameter.code()).isEmpty()) {
                        added.putIfAbsent(
                                Catalogue.name(parameter),
                                new Catalogue.Custom(stored.id(), parameter));
                    }
                }
            } catch (Refused _) {
                LOG.warn(
                        "SearchParameter/{} cannot be searched by: see what a write of it says",
                        stored.id());
            }
        }
        return added.values().stream()
                .sorted(Comparator.comparing(c -> Catalogue.name(c.parameter())))
                .toList();
    }

    private static void note(CatalogueSql sql, List<Catalogue.Custom> added, Set<String> worded)
            throws SQLException {
        var states =
                sql.states().stream()
                        .collect(Collectors.toMap(CatalogueSql.State::name, state -> state));
        var whole = states.get(CatalogueSql.ALL + "." + CatalogueSql.ALL);
        if (whole == null || !whole.digest().equals(GENERATION)) {
            sql.begin(GENERATION);
        }
        var there = new ArrayList<String>();
        for (var type : worded) {
            there.add(type + "." + CatalogueSql.WORDS);
            if (!states.containsKey(type + "." + CatalogueSql.WORDS)) {
                sql.noteWords(type);
            }
        }
        for (var custom : added) {
            var parameter = custom.parameter();
            var name = Catalogue.name(parameter);
            there.add(name);
            var state = states.get(name);
            if (state == null || !state.digest().equals(digest(parameter))) {
                sql.note(parameter.base(), parameter.code(), digest(parameter));
            }
        }
        for (var state : states.values()) {
            if (!state.code().equals(CatalogueSql.ALL) && !there.contains(state.name())) {
                sql.forget(state.base(), state.code());
            }
        }
    }

    private static String digest(SearchParameter parameter) {
        var text = parameter.type() + " " + parameter.expression() + " " + parameter.targets();
        return HexFormat.of()
                .toHexDigits(
                        Keys.resource("SearchParameter", new String(text.getBytes(UTF_8), UTF_8)));
    }

    /// Goes through some more resources.
    ///
    /// @return whether there may be more to do at once
    private boolean step() {
        return inTransaction(connection -> {
            var sql = new CatalogueSql(connection);
            var next = sql.alone() ? sql.next(SECONDS) : Optional.<CatalogueSql.State>empty();
            if (next.isEmpty()) {
                return false;
            }
            var state = next.get();
            var found = sql.after(reads, state.base(), state.upto(), AT_ONCE);
            var rows = new ArrayList<WriteSql.Row>();
            for (var one : found) {
                rows.add(new WriteSql.Row(one.place(), preparation.prepare(one.resource()), 0, 0));
            }
            if (!rows.isEmpty()) {
                WriteSql.reindex(connection, rows);
            }
            var upto = found.isEmpty() ? state.upto() : found.getLast().place().rid();
            sql.advance(state, upto, found.size(), found.size() < AT_ONCE);
            return true;
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.with(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }
}
