package trellis.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.search.Extractor;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// The search parameters of this server: those of R4, and those that SearchParameter resources have added. What has been added
/// is found in everything that is written from then on; what was there before is gone through once ([Learning], [Reindexing]), and until
/// then nobody searches by it.
public final class Catalogue {

    private final TextSettings text;
    private volatile Known known;

    /// R4 alone, and no words, of what this version of the program has written or gone through.
    public Catalogue() {
        this(TextSettings.none(), Map.of());
    }

    /// What is to be learnt of a database.
    ///
    /// @param text of which resources the words are kept
    public Catalogue(TextSettings text) {
        this(text, unlearnt());
    }

    private Catalogue(TextSettings text, Map<String, Long> pending) {
        this.text = text;
        this.known = new Known(List.of(), pending, true);
    }

    /// Until it is learnt what has been gone through, nothing is taken to have been.
    private static Map<String, Long> unlearnt() {
        var pending = new HashMap<String, Long>();
        RecordCodes.types().forEach(type -> pending.put(type + "." + CatalogueSql.IN_RECORD, 0L));
        RecordDates.types().forEach(type -> pending.put(type + "." + CatalogueSql.DATED, 0L));
        return pending;
    }

    /// The types whose words are kept.
    public Set<String> worded() {
        return text.types();
    }

    /// What is known at one moment.
    private static final class Known {
        private final List<Custom> added;
        private final Map<String, Long> pending;
        private final boolean complete;
        private final SearchParameters searchable;
        private final Extractor extractor;

        Known(List<Custom> added, Map<String, Long> pending, boolean complete) {
            this.added = added;
            this.pending = pending;
            this.complete = complete;
            this.searchable =
                    SearchParameters.r4()
                            .with(
                                    added.stream()
                                            .map(Custom::parameter)
                                            .filter(p -> !pending.containsKey(name(p)))
                                            .toList());
            this.extractor =
                    added.isEmpty()
                            ? Extractor.r4()
                            : Extractor.of(
                                    SearchParameters.r4()
                                            .with(added.stream().map(Custom::parameter).toList()));
        }
    }

    /// A parameter that was added.
    ///
    /// @param id of the SearchParameter resource
    record Custom(String id, SearchParameter parameter) {}

    /// The parameters that can be searched by now.
    public SearchParameters searchable() {
        return known.searchable;
    }

    /// Finds the values of all, also of those that cannot be searched by yet.
    Extractor extractor() {
        return known.extractor;
    }

    /// Whether a parameter is one of R4's.
    boolean isStandard(SearchParameter parameter) {
        return known.added.isEmpty()
                || SearchParameters.r4()
                        .find(parameter.base(), parameter.code())
                        .filter(parameter::equals)
                        .isPresent();
    }

    /// How many resources have been gone through for a parameter that cannot be searched by yet; empty for any other.
    public Optional<Long> pending(String base, String code) {
        return Optional.ofNullable(known.pending.get(base + "." + code));
    }

    /// Whether everything stored can be found by all that R4's parameters give today; not while what an older program stored is gone
    /// through.
    public boolean isComplete() {
        return known.complete;
    }

    /// Whether the values of a parameter are codes by which records are leafed through, and all that is stored of its type has been
    /// gone through for that (see [Criterion.AnyToken]).
    public boolean isKeptInRecords(SearchParameter parameter) {
        return RecordCodes.has(parameter)
                && pending(parameter.base(), CatalogueSql.IN_RECORD).isEmpty();
    }

    /// The same query, ordered by what stands in the rows themselves where all that is stored of the type has it by now.
    SearchQuery placed(SearchQuery query) {
        var sorted = query.branches().stream().anyMatch(branch -> !branch.sort().isEmpty());
        return sorted ? query.of(query.branches().stream().map(this::placed).toList()) : query;
    }

    private SearchQuery.Branch placed(SearchQuery.Branch branch) {
        if (branch.among() != SearchQuery.Among.WHOLE) {
            return branch;
        }
        var sort = branch.sort().stream().map(this::placed).toList();
        return new SearchQuery.Branch(branch.type(), branch.criteria(), sort);
    }

    private SearchQuery.Sort placed(SearchQuery.Sort key) {
        return key instanceof SearchQuery.Sort.By(var parameter, var descending, _)
                        && RecordDates.has(parameter)
                        && pending(parameter.base(), CatalogueSql.DATED).isEmpty()
                ? new SearchQuery.Sort.By(parameter, descending, true)
                : key;
    }

    /// The id of the SearchParameter that has added a parameter.
    public Optional<String> addedBy(String base, String code) {
        return known.added.stream()
                .filter(custom -> name(custom.parameter()).equals(base + "." + code))
                .map(Custom::id)
                .findFirst();
    }

    /// What has been added, for whoever tells of it.
    public Set<SearchParameter> added() {
        return Set.copyOf(known.added.stream().map(Custom::parameter).toList());
    }

    /// @param pending by name, how many resources have been gone through
    void learn(List<Custom> added, Map<String, Long> pending, boolean complete) {
        var before = known;
        if (!before.added.equals(added)
                || !before.pending.equals(pending)
                || before.complete != complete) {
            known = new Known(List.copyOf(added), Map.copyOf(pending), complete);
        }
    }

    static String name(SearchParameter parameter) {
        return parameter.base() + "." + parameter.code();
    }
}
