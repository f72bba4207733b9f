package trellis.demographics;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Persons;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.people.NhsNumber;
import trellis.registrations.Registrations;
import trellis.store.Preparation;
import trellis.store.Store;

/// The door of demographics: reading a person by number, finding them, a new one, and changes.
@Component
public final class Demographics {
    private final Access access;
    private final PersonReads reads;
    private final PersonChanges changes;
    private final Clock clock;

    Demographics(
            Store store,
            Preparation preparation,
            Access access,
            Persons persons,
            AuditLog log,
            Registrations registrations,
            DataSource database,
            Clock clock) {
        this.access = access;
        this.clock = clock;
        this.reads = new PersonReads(store, access, persons, log, clock);
        this.changes =
                new PersonChanges(
                        reads,
                        new PersonChanges.Ground(store, preparation, access, log, registrations),
                        new NumberSql(database),
                        clock);
    }

    /// Whoever makes the request of this thread.
    Asker asker(AuditEntry.Source source, String request) {
        return new Asker(access.current(), source, request);
    }

    Instant now() {
        return clock.instant();
    }

    /// The person with a number, or who has taken their place.
    ///
    /// @throws PdsError.Refusal when there is none, or not for this asker
    Person read(Asker asker, NhsNumber number) {
        return reads.read(asker, number);
    }

    /// Who fits a search, best first.
    ///
    /// @param sent the parameters
    /// @param query as it was sent, for the audit
    /// @throws PdsError.Refusal when too many do
    ObjectNode search(Asker asker, Map<String, List<String>> sent, String query) {
        return reads.search(asker, sent, query);
    }

    /// Who fits a search, best first, with the records they were found in.
    List<PersonReads.Found> found(Asker asker, Map<String, List<String>> sent, String query) {
        return reads.found(asker, sent, query);
    }

    /// The people around a person: next of kin, guardians, proxies.
    ObjectNode related(Asker asker, NhsNumber number) {
        return reads.related(asker, number);
    }

    /// Makes a record for somebody who has none, with a new number.
    ///
    /// @throws PdsError.Refusal with status 200 when they may be there already
    Person create(Asker asker, ObjectNode sent) {
        return changes.create(asker, sent);
    }

    /// Changes a person.
    ///
    /// @param version that the asker has seen
    Person patch(Asker asker, NhsNumber number, long version, ObjectNode body) {
        return changes.patch(asker, number, version, body);
    }

    /// Somebody's own European Health Insurance Card.
    Card card(Asker asker, NhsNumber number) {
        return reads.card(asker, number);
    }

    /// Puts a European Health Insurance Card in the place of the one that somebody has.
    ///
    /// @param version of the card that the asker has seen; 0 for none
    Card cover(Asker asker, long version, ObjectNode sent) {
        return changes.cover(asker, version, sent);
    }
}
