package trellis.prescriptions;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import trellis.api.WriteRule;
import trellis.fhir.Problem;
import trellis.store.Database;
import trellis.store.Store;
import trellis.store.Stored;

/// What was signed, who has it, and what was handed over change by the prescription service alone, so that the record and the
/// prescription never say two things: nobody changes or deletes these resources by the API.
@Component
final class ProtectionRules implements WriteRule {
    private static final String REQUEST = "MedicationRequest/";

    private final PrescriptionSql sql;
    private final Store store;
    private final ReentrantLock turns = new ReentrantLock(true);

    ProtectionRules(@Qualifier(Database.STRAIGHT) DataSource database, Store store) {
        this.sql = new PrescriptionSql(database);
        this.store = store;
    }

    @Override
    public Set<String> types() {
        return Set.of("MedicationRequest", "Task", "MedicationDispense");
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        return inTurn(change.type(), change.id())
                ? Optional.of(
                        new Problem.Forbidden(
                                "This belongs to an electronic prescription. Change that: cancel an item,"
                                        + " return it, or replace or withdraw a notification."))
                : Optional.empty();
    }

    /// One at a time, in the order of asking: an import asks for thousands at once, and would leave no connection to others.
    private boolean inTurn(String type, String id) {
        turns.lock();
        try {
            return ours(type, id);
        } finally {
            turns.unlock();
        }
    }

    private boolean ours(String type, String id) {
        return switch (type) {
            case "MedicationRequest" -> sql.isItem(id);
            case "Task" -> sql.isTask(id);
            default ->
                    store.read(type, id)
                            .filter(one -> !one.deleted())
                            .flatMap(ProtectionRules::item)
                            .filter(item ->
                                    sql.notificationsOf(item).stream()
                                            .anyMatch(told ->
                                                    FactRules.dispenseId(told, item).equals(id)))
                            .isPresent();
        };
    }

    /// The item that was handed over.
    private static Optional<String> item(Stored dispense) {
        return Optional.of(dispense.json().at("/authorizingPrescription/0/reference").asString(""))
                .filter(reference -> reference.startsWith(REQUEST))
                .map(reference -> reference.substring(REQUEST.length()));
    }
}
