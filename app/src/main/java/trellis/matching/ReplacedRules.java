package trellis.matching;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.WriteRule;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.store.Database;

/// What arrives for a record that has been replaced is refused, with the record that stays: stored, nobody would ever see it,
/// because pages and searches lead to the other. The replaced record itself keeps its link until the merge is undone.
@Component
final class ReplacedRules implements WriteRule {
    /// How long it is believed who has been replaced.
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    private static final int CHAIN = 10;
    private static final List<String> WHOSE =
            List.of("subject", "patient", "beneficiary", "for", "individual");

    private final MatchingSql sql;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Known known = new Known(Map.of(), Instant.MIN);

    ReplacedRules(@Qualifier(Database.STRAIGHT) DataSource database, AuditLog log, Clock clock) {
        this.sql = new MatchingSql(database, log.table());
        this.clock = clock;
    }

    /// Who has taken whose place, and until when that is believed.
    private record Known(Map<String, String> replaced, Instant until) {}

    @Override
    public Set<String> types() {
        return Set.of();
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        return switch (change) {
            case Proposed.Delete(_, var type, var id) ->
                    type.equals("Patient")
                            ? Optional.ofNullable(replaced().get(id)).map(ReplacedRules::kept)
                            : Optional.empty();
            case Proposed.Put(_, var content) ->
                    content.type().equals("Patient")
                            ? Optional.ofNullable(replaced().get(change.id()))
                                    .filter(stays -> !replacedBy(content.json(), stays))
                                    .map(ReplacedRules::kept)
                            : patients(content.json()).stream()
                                    .flatMap(id -> stays(id).stream())
                                    .findFirst()
                                    .map(stays -> refused(content.type(), stays));
        };
    }

    /// Whether a record says still that the other took its place, and no third.
    private static boolean replacedBy(ObjectNode patient, String stays) {
        var links =
                patient.path("link")
                        .valueStream()
                        .filter(link -> link.path("type").asString("").equals("replaced-by"))
                        .map(link -> link.at("/other/reference").asString(""))
                        .toList();
        return links.equals(List.of("Patient/" + stays));
    }

    /// Written without its link, the record would be in use again while what belongs to it is the other's; deleted, nobody could
    /// undo the merge.
    private static Problem kept(String stays) {
        return Problem.invalid(
                "business-rule",
                "This record has been replaced by Patient/"
                        + stays
                        + ": send what is new for that one. It cannot be deleted, and it keeps its link of the"
                        + " type replaced-by, until the merge is undone on the page of the merge. Nothing was"
                        + " stored.",
                "Patient.link");
    }

    private static Problem refused(String type, String stays) {
        return Problem.invalid(
                "business-rule",
                "The record of this patient has been replaced by Patient/"
                        + stays
                        + ": send it for that one. Nothing was stored.",
                type);
    }

    /// Ids of the patients whom something is about.
    private static List<String> patients(JsonNode resource) {
        var all = new ArrayList<String>();
        for (var field : WHOSE) {
            add(resource.path(field), all);
            resource.path(field).forEach(one -> add(one, all));
        }
        resource.path("participant").forEach(one -> add(one.path("actor"), all));
        return all;
    }

    private static void add(JsonNode reference, List<String> all) {
        var text = reference.path("reference").asString("");
        if (text.startsWith("Patient/")) {
            all.add(text.substring("Patient/".length()));
        }
    }

    /// Who has taken somebody's place in the end.
    private Optional<String> stays(String patient) {
        var replaced = replaced();
        var at = Optional.ofNullable(replaced.get(patient));
        for (var step = 0; step < CHAIN && at.isPresent(); step++) {
            var next = replaced.get(at.get());
            if (next == null) {
                return at;
            }
            at = Optional.of(next);
        }
        return at;
    }

    /// What is believed counts no more: two records have just been made one, or two again.
    void forget() {
        known = new Known(Map.of(), Instant.MIN);
    }

    private Map<String, String> replaced() {
        if (!clock.instant().isBefore(known.until())) {
            looking.lock();
            try {
                // One looks; the others of an import have waited for it.
                if (!clock.instant().isBefore(known.until())) {
                    var replaced = sql.replaced();
                    known = new Known(replaced, clock.instant().plus(BELIEVED));
                }
            } finally {
                looking.unlock();
            }
        }
        return known.replaced();
    }
}
