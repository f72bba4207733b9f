package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Refused;
import trellis.fhir.search.CustomParameters;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// Keeps the [Catalogue] as the SearchParameter resources have it, in the server and in each command that writes: what is written
/// is found by all that can be searched by. Notes what must be gone through for that ([Reindexing]).
public final class Learning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Learning.class);

    /// Counted up when R4's own parameters begin to give other values, so that what is stored is gone through again.
    private static final String GENERATION = "3";

    private static final String ACTIVE = "active";
    private static final int MOST = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Store store;
    private final Transactions transactions;
    private final Catalogue catalogue;
    private final Rounds rounds = Rounds.of("search parameters", PAUSE, this::look);

    /// @param catalogue is filled before this returns
    public Learning(Store store, DataSource source, Catalogue catalogue) {
        this.store = store;
        this.transactions = new Transactions(source);
        this.catalogue = catalogue;
        look();
    }

    /// Begins to look again and again, in a thread of its own.
    public void begin() {
        rounds.begin();
    }

    @Override
    public void close() {
        rounds.close();
    }

    /// Brings the catalogue up to date.
    void look() {
        var added = added();
        var states =
                transactions.again(connection -> {
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
        var kept =
                Map.of(
                        CatalogueSql.WORDS, worded,
                        CatalogueSql.IN_RECORD, RecordCodes.types(),
                        CatalogueSql.DATED, RecordDates.types());
        // In one order, so that two nodes that begin together do not wait for each other.
        for (var code : new TreeSet<>(kept.keySet())) {
            for (var type : new TreeSet<>(kept.getOrDefault(code, Set.of()))) {
                var name = type + "." + code;
                there.add(name);
                if (!states.containsKey(name)) {
                    sql.noteKept(type, code);
                }
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
}
