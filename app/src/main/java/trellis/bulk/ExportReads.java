package trellis.bulk;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.api.Selections;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.bulk.ContentSql.WritingSql;
import trellis.bulk.ExportOrder.Reach;
import trellis.bulk.Job.Content;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;
import trellis.store.Sight;
import trellis.store.Snapshot;
import trellis.store.Stored;

/// Makes an export: everything as of one moment, as far as whoever asked may see it, one file a type. The road is that of the
/// command `trellis export`: a [Snapshot] read row after row.
///
/// Whose records are in it is in the audit before the files can be fetched.
@Component
final class ExportReads implements Bulk.Work {
    /// How often it is looked whether to go on; a power of two.
    private static final int LOOKED = 256;

    /// Patients of one line of the audit.
    static final int NAMED = 1_000;

    /// Entries of one Bundle of deletions.
    private static final int DELETIONS = 500;

    private final ShownReads shown;
    private final DataSource database;
    private final Access access;
    private final Selections selections;
    private final AuditLog audit;
    private final Clock clock;

    ExportReads(
            DataSource database,
            Access access,
            Selections selections,
            ShownReads shown,
            AuditLog audit,
            Clock clock) {
        this.shown = shown;
        this.database = database;
        this.access = access;
        this.selections = selections;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Job.Kind kind() {
        return Job.Kind.EXPORT;
    }

    @Override
    public ObjectNode done(Bulk.Turn turn) {
        var order = ExportOrder.of(turn.job().asked());
        var caller = turn.caller();
        if (selections.types(caller, order.types()).size() < order.types().size()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "You may not read all of these types any more. Ask for an export again."));
        }
        var sight = access.sight(caller);
        try (var snapshot = Snapshot.of(database, clock)) {
            var patients = patients(order, snapshot, sight);
            var written = 0L;
            for (var type : order.types()) {
                var criteria = criteria(order, caller, type, patients);
                var part = new Snapshot.Part(type, criteria, sight);
                var exporting = new Exporting(turn, order, type, written);
                snapshot.each(part, exporting);
                written = exporting.finish();
            }
            if (order.since().isPresent()) {
                deleted(turn, order, snapshot, sight, patients);
            }
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("transactionTime", snapshot.moment().toString());
        }
    }

    /// The only patients whose records it holds; empty for no such limit.
    private static Optional<Set<String>> patients(
            ExportOrder order, Snapshot snapshot, Sight sight) {
        if (order.reach() != Reach.GROUP) {
            return Optional.of(order.patients()).filter(some -> !some.isEmpty());
        }
        var group =
                snapshot.read("Group", order.group(), sight)
                        .filter(stored -> !stored.deleted())
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The Group")));
        var members = new HashSet<>(ExportRules.members(group.json(), order.base()));
        if (!order.patients().isEmpty()) {
            members.retainAll(order.patients());
        }
        return Optional.of(members);
    }

    private List<Criterion> criteria(
            ExportOrder order, Caller caller, String type, Optional<Set<String>> patients) {
        var criteria = times(order, patients);
        var queries = order.filters().getOrDefault(type, List.of());
        if (!queries.isEmpty()) {
            criteria.add(
                    new Criterion.AnyOf(
                            queries.stream()
                                    .map(query ->
                                            selections.criterion(
                                                    caller,
                                                    type,
                                                    query,
                                                    order.base(),
                                                    order.lenient()))
                                    .toList()));
        }
        return criteria;
    }

    private static List<Criterion> times(ExportOrder order, Optional<Set<String>> patients) {
        var criteria = new ArrayList<Criterion>();
        order.since().map(Snapshot::changed).ifPresent(criteria::add);
        order.until().map(Snapshot::before).ifPresent(criteria::add);
        patients.map(Criterion.OfPatients::new).ifPresent(criteria::add);
        return criteria;
    }

    /// Whether a row is of the export's reach: a type that belongs to patients may hold what belongs to nobody.
    private static boolean reaches(ExportOrder order, Stored stored) {
        return order.reach() == Reach.SYSTEM || stored.patient() != 0;
    }

    private void deleted(
            Bulk.Turn turn,
            ExportOrder order,
            Snapshot snapshot,
            Sight sight,
            Optional<Set<String>> patients) {
        var deleting = new Deleting(turn, order);
        for (var type : order.types()) {
            snapshot.deleted(new Snapshot.Part(type, times(order, patients), sight), deleting);
        }
        deleting.finish();
    }

    /// Resources of one type on their way into a file.
    private final class Exporting implements Consumer<Stored> {
        private final Bulk.Turn turn;
        private final ExportOrder order;
        private final String type;
        private final Set<String> elements;
        private final Naming naming;
        private final long before;
        private Optional<WritingSql> file = Optional.empty();
        private long count;

        /// @param before how many resources of other types there are already
        Exporting(Bulk.Turn turn, ExportOrder order, String type, long before) {
            this.turn = turn;
            this.order = order;
            this.type = type;
            this.elements = order.elements(type);
            this.naming = new Naming(turn, type);
            this.before = before;
        }

        @Override
        public void accept(Stored stored) {
            if ((count & (LOOKED - 1)) == 0) {
                turn.check();
                var sofar = before + count;
                turn.at(() -> sofar + " resources, at " + type);
            }
            if (!reaches(order, stored)) {
                return;
            }
            count++;
            naming.add(stored.patient());
            var body = stored.body();
            file().line(elements.isEmpty() ? body : Selections.elements(body, elements));
        }

        private WritingSql file() {
            if (file.isEmpty()) {
                file = Optional.of(turn.begin(type + ".ndjson"));
            }
            return file.get();
        }

        /// @return how many resources there are now
        long finish() {
            naming.finish();
            file.ifPresent(one -> one.finish(Content.Use.OUTPUT, type));
            return before + count;
        }
    }

    /// Deletions on their way into a file: Bundles whose entries say what was deleted.
    private final class Deleting implements Consumer<Stored> {
        private final Bulk.Turn turn;
        private final ExportOrder order;
        private final Naming naming;
        private Optional<WritingSql> file = Optional.empty();
        private ObjectNode bundle = empty();

        Deleting(Bulk.Turn turn, ExportOrder order) {
            this.turn = turn;
            this.order = order;
            this.naming = new Naming(turn, "deleted");
        }

        private static ObjectNode empty() {
            var bundle = JsonNodeFactory.instance.objectNode();
            bundle.put("resourceType", "Bundle").put("type", "transaction").putArray("entry");
            return bundle;
        }

        private ArrayNode entries() {
            return (ArrayNode) bundle.path("entry");
        }

        @Override
        public void accept(Stored stored) {
            if (!reaches(order, stored)) {
                return;
            }
            naming.add(stored.patient());
            entries()
                    .addObject()
                    .putObject("request")
                    .put("method", "DELETE")
                    .put("url", stored.type() + "/" + stored.id());
            if (entries().size() == DELETIONS) {
                put();
            }
        }

        private void put() {
            turn.check();
            if (file.isEmpty()) {
                file = Optional.of(turn.begin("deleted.ndjson"));
            }
            file.get().line(Json.write(bundle));
            bundle = empty();
        }

        void finish() {
            if (!entries().isEmpty()) {
                put();
            }
            naming.finish();
            file.ifPresent(one -> one.finish(Content.Use.DELETED, "Bundle"));
        }
    }

    /// Whose records were touched, on their way into the audit.
    private final class Naming {
        private final Bulk.Turn turn;
        private final String what;
        private final Set<Long> patients = new HashSet<>();

        Naming(Bulk.Turn turn, String what) {
            this.turn = turn;
            this.what = what;
        }

        void add(long patient) {
            if (patient != 0 && patients.add(patient) && patients.size() == NAMED) {
                finish();
            }
        }

        void finish() {
            if (patients.isEmpty()) {
                return;
            }
            shown.note(turn.job(), turn.caller(), patients);
            audit.record(
                    new AuditEntry(
                            clock.instant().truncatedTo(ChronoUnit.MICROS),
                            turn.caller(),
                            AuditEntry.Action.EXECUTE,
                            "$export: records",
                            AuditEntry.Target.search(
                                    what.equals("deleted") ? "" : what, "job " + turn.job().id()),
                            List.copyOf(patients),
                            0,
                            AuditEntry.Source.HERE));
            patients.clear();
        }
    }
}
