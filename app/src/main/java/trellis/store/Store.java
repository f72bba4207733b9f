package trellis.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The door of the record store: read, write and search. Every method may be called from any
/// thread, blocks until it is done, and throws [trellis.fhir.Refused] with a
/// [trellis.fhir.Problem] when it will not do it; a database that cannot be reached is
/// [trellis.fhir.Problem.Unavailable].
public interface Store {

    /// The current version, which may be a deletion; empty when there never was such a resource.
    Optional<Stored> read(String type, String id);

    /// The current version, if it may be seen.
    Optional<Stored> read(String type, String id, Sight sight);

    /// One version, current or superseded, of a resource that may be seen.
    Optional<Stored> read(String type, String id, long version, Sight sight);

    /// Versions of one resource that may be seen, newest first.
    ///
    /// @param before only versions older than this one; [Long#MAX_VALUE] to begin
    /// @param count how many at the most
    List<Stored> history(String type, String id, long before, int count, Sight sight);

    /// One page of the versions of a resource, of a type or of everything.
    HistoryPage history(HistoryQuery query);

    /// Some of the record of a patient or an encounter, or of what it refers to.
    List<Stored> everything(EverythingQuery query);

    /// Which of some patients somebody has to do with, or whose record they have opened.
    ///
    /// @param patients keys of patients
    Set<Long> known(Set<Long> patients, Sight sight);

    /// The current Patient resources with some keys, those that are not deleted, by key.
    Map<Long, Stored> patients(Set<Long> keys);

    /// How many current resources refer to one, whoever may see them.
    int referrers(String type, String id);

    /// A number that is another one after each change of a resource of some types, in whatever order changes end: for whoever keeps
    /// something that was made from all of them.
    long generation(Set<String> types);

    /// Applies all changes or none, durably: when this returns, they survive a power cut.
    ///
    /// @return what became of each change, in their order
    List<Written> write(Write write);

    /// Applies changes that depend on what the store holds. While `work` runs nobody else can run
    /// work that names one of the same conditions; what `work` searches for, and what it changes, is
    /// one transaction. `work` may be run again after a collision.
    ///
    /// @param conditions texts that name what must not change meanwhile, such as the criteria of a
    ///     conditional create
    List<Written> write(List<String> conditions, Work work);

    /// Searches for one page.
    SearchPage search(SearchQuery query);

    /// What [#search] would do, without doing it.
    ///
    /// @param planned whether PostgreSQL's plans are wanted too
    /// @return one for each statement, in the order in which they would be run
    List<Statement> explain(SearchQuery query, boolean planned);

    /// A statement of a search.
    ///
    /// @param what it does, in plain words
    /// @param sql with question marks for values
    /// @param plan PostgreSQL's plan line by line, without values; empty unless it was wanted
    record Statement(String what, String sql, List<String> plan) {
        public Statement {
            plan = List.copyOf(plan);
        }
    }

    /// What the records of some patients hold of some types and may be seen, newest first: one question where
    /// searches would be one for each type.
    ///
    /// @param patients ids
    /// @param most how many at the most; as many may be more
    List<Stored> record(Set<String> patients, Collection<String> types, int most, Sight sight);

    /// Which versions of which resources [#record] finds, without their content: the same list is the same content.
    List<Version> versions(Set<String> patients, Collection<String> types, int most, Sight sight);

    /// One version of one resource.
    ///
    /// @param row the resource's place in the order of creation
    /// @param number 1 for the first
    record Version(long row, long number) {}

    /// What is done inside one transaction.
    @FunctionalInterface
    interface Work {
        /// @param view the store as this transaction sees it
        /// @return the changes to apply
        Write changes(View view);
    }

    /// A store that can only be looked at.
    interface View {
        Optional<Stored> read(String type, String id);

        SearchPage search(SearchQuery query);
    }
}
