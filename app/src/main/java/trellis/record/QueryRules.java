package trellis.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchPage.Cursor;
import trellis.store.SearchQuery;
import trellis.store.Stored;

/// What is asked of the store for the parts of a record. Every query is about one patient, so that it
/// reads one slice of one shard.
final class QueryRules {

    /// Medicines that are not in use. What has another status, or none, counts as in use.
    private static final Set<String> MEDICINE_OVER =
            Set.of("completed", "stopped", "cancelled", "entered-in-error", "draft");

    private static final Set<String> PROBLEM_OVER = Set.of("resolved", "inactive", "remission");

    private QueryRules() {}

    /// Resources of a type, those changed last first.
    static SearchQuery all(String patient, String type, int count) {
        return query(type, List.of(of(patient)), Optional.empty(), count, Optional.empty());
    }

    /// Resources of a type, newest first by a date parameter.
    static SearchQuery newest(
            String patient, String type, String date, int count, Optional<Cursor> after) {
        return query(type, List.of(of(patient)), Optional.of(date), count, after);
    }

    static SearchQuery currentMedicines(String patient, int count) {
        return query(
                "MedicationRequest",
                List.of(
                        of(patient),
                        new Criterion.Not(any("MedicationRequest", "status", MEDICINE_OVER))),
                Optional.of("authoredon"),
                count,
                Optional.empty());
    }

    static SearchQuery otherMedicines(String patient, int count) {
        return query(
                "MedicationRequest",
                List.of(of(patient), any("MedicationRequest", "status", MEDICINE_OVER)),
                Optional.of("authoredon"),
                count,
                Optional.empty());
    }

    static SearchQuery currentProblems(String patient, int count) {
        return query(
                "Condition",
                List.of(
                        of(patient),
                        new Criterion.Not(any("Condition", "clinical-status", PROBLEM_OVER))),
                Optional.of("onset-date"),
                count,
                Optional.empty());
    }

    static SearchQuery pastProblems(String patient, int count) {
        return query(
                "Condition",
                List.of(of(patient), any("Condition", "clinical-status", PROBLEM_OVER)),
                Optional.of("onset-date"),
                count,
                Optional.empty());
    }

    /// Observations of these categories, newest first.
    static SearchQuery results(String patient, Set<String> categories, int count) {
        return query(
                "Observation",
                List.of(of(patient), any("Observation", "category", categories)),
                Optional.of("date"),
                count,
                Optional.empty());
    }

    /// Observations with one code, newest first.
    static SearchQuery ofKind(String patient, String system, String code, int count) {
        var salt = Keys.salt(parameter("Observation", "code"));
        return query(
                "Observation",
                List.of(
                        of(patient),
                        new Criterion.AnyToken(Set.of(Keys.token(salt, system, code)))),
                Optional.of("date"),
                count,
                Optional.empty());
    }

    /// Resources of a type by their ids.
    static SearchQuery byId(String type, Set<String> ids) {
        return SearchQuery.of(type, ids.size(), new Criterion.Ids(ids));
    }

    /// Where a list goes on after a resource that was its last: an address names that resource by its
    /// id, so that no date stands in it.
    ///
    /// @param date the text of the date that the list is ordered by
    static Cursor after(Stored last, Optional<String> date) {
        var low = date.flatMap(SearchTime::parse).map(span -> Long.toString(span.low())).orElse("");
        return new Cursor(List.of(low), last.row());
    }

    private static SearchQuery query(
            String type,
            List<Criterion> criteria,
            Optional<String> date,
            int count,
            Optional<Cursor> after) {
        var sort = new ArrayList<SearchQuery.Sort>();
        date.ifPresent(code -> sort.add(new SearchQuery.Sort.By(parameter(type, code), true)));
        return new SearchQuery(type, criteria, sort, count, after, true, List.of());
    }

    private static Criterion of(String patient) {
        return new Criterion.OfPatients(Set.of(patient));
    }

    private static Criterion any(String type, String code, Set<String> values) {
        var salt = Keys.salt(parameter(type, code));
        return new Criterion.AnyToken(
                values.stream().map(value -> Keys.code(salt, value)).collect(Collectors.toSet()));
    }

    private static SearchParameter parameter(String type, String code) {
        return SearchParameters.r4()
                .find(type, code)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "R4 has no search parameter " + type + "." + code));
    }
}
