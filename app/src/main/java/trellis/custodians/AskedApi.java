package trellis.custodians;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Exchange;
import trellis.access.Right;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.documents.Documents;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.nodes.Asked;
import trellis.nodes.Nodes;
import trellis.store.Keys;

/// What other nodes ask of this one: its pointers, its documents, one content. Each is decided here, and written down here under the
/// name of who asks there.
@Configuration(proxyBeanMethods = false)
class AskedApi {
    private static final String TYPE = "DocumentReference";

    private final Nodes nodes;
    private final Custodians custodians;
    private final Documents documents;
    private final PatientNumbers numbers;
    private final Access access;
    private final AuditLog log;
    private final Clock clock;

    AskedApi(
            Nodes nodes,
            Custodians custodians,
            Documents documents,
            PatientNumbers numbers,
            Access access,
            AuditLog log,
            Clock clock) {
        this.nodes = nodes;
        this.custodians = custodians;
        this.documents = documents;
        this.numbers = numbers;
        this.access = access;
        this.log = log;
        this.clock = clock;
    }

    @Bean
    Nodes.Answering pointersForNodes() {
        return answering("/pointers", this::pointers);
    }

    @Bean
    Nodes.Answering documentsForNodes() {
        return answering("/" + TYPE, this::documents);
    }

    private interface Answer {
        void to(Asked asked, Exchange exchange) throws IOException;
    }

    private static Nodes.Answering answering(String path, Answer answer) {
        return new Nodes.Answering() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public void answer(Asked asked, Exchange exchange) throws IOException {
                answer.to(asked, exchange);
            }
        };
    }

    private void pointers(Asked asked, Exchange exchange) throws IOException {
        if (!nodes.keepsLocator() || exchange.path().size() != 1) {
            throw new Refused(new Problem.NotFound("The address"));
        }
        var what = asked.line("pointers searched by a node");
        var _ = entitled(asked, what);
        var found = documents.about(asked.caller(), asked.source(), asked.number(), what);
        var told = found.stream().map(one -> one.shown()).toList();
        exchange.json(200, BundleRules.told(told, from(exchange), told.size()));
    }

    private void documents(Asked asked, Exchange exchange) throws IOException {
        var path = exchange.path();
        if (path.size() == 1) {
            all(asked, exchange);
        } else if (path.size() == 4 && path.get(2).equals("content")) {
            content(asked, path.get(1), path.get(3), exchange);
        } else {
            throw new Refused(new Problem.NotFound("The address"));
        }
    }

    private void all(Asked asked, Exchange exchange) throws IOException {
        access.require(asked.caller(), Right.SEARCH, TYPE);
        var what = asked.line("documents searched by a node");
        var from = from(exchange);
        var told = new ArrayList<ObjectNode>();
        var total = 0;
        for (var seen : entitled(asked, what)) {
            var kept = custodians.kept(seen);
            told.addAll(kept.json());
            total += kept.total();
        }
        var page = from == 0 ? "" : "from=" + from;
        record(asked, AuditEntry.Action.EXECUTE, what, AuditEntry.Target.search(TYPE, page), 200);
        exchange.json(200, BundleRules.told(told, from, total));
    }

    /// How many whoever asks has been told of before.
    private static int from(Exchange exchange) {
        var sent = exchange.parameters().getOrDefault("from", List.of("0"));
        if (sent.size() != 1 || !sent.getFirst().matches("\\d{1,6}")) {
            throw new Refused(new Problem.BadRequest("invalid", "from is a number", "from"));
        }
        return Integer.parseInt(sent.getFirst());
    }

    private void content(Asked asked, String id, String number, Exchange exchange)
            throws IOException {
        access.require(asked.caller(), Right.READ, TYPE);
        if (!HeldRules.id(id) || !number.matches("\\d{1,4}")) {
            throw new Refused(new Problem.NotFound("The document"));
        }
        var what = asked.line("document read by a node");
        var target = AuditEntry.Target.resource(TYPE, id, 0);
        var content = content(entitled(asked, what), id, Integer.parseInt(number));
        record(asked, AuditEntry.Action.READ, what, target, 200);
        exchange.head(200);
        exchange.response().setContentType(content.type());
        exchange.response().setContentLengthLong(content.length());
        try (var bytes = content.bytes()) {
            bytes.transferTo(exchange.response().getOutputStream());
        }
    }

    private Content content(List<Nodes.Seen> seen, String id, int number) {
        for (var one : seen) {
            try {
                return custodians.content(one, id, number);
            } catch (Refused e) {
                if (!(e.problem() instanceof Problem.NotFound)) {
                    throw e;
                }
            }
        }
        throw new Refused(new Problem.NotFound("The document"));
    }

    private List<Nodes.Seen> entitled(Asked asked, String what) {
        return nodes.entitled(asked)
                .orElseThrow(() -> {
                    record(
                            asked,
                            AuditEntry.Action.EXECUTE,
                            what,
                            AuditEntry.Target.search(TYPE, ""),
                            403);
                    return Nodes.stranger();
                });
    }

    private void record(
            Asked asked,
            AuditEntry.Action action,
            String what,
            AuditEntry.Target target,
            int status) {
        var digits = asked.number().digits();
        var patients =
                numbers.patients(List.of(digits)).getOrDefault(digits, Set.of()).stream()
                        .map(id -> Keys.resource("Patient", id))
                        .distinct()
                        .toList();
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asked.caller(),
                        action,
                        what,
                        target,
                        patients,
                        status,
                        asked.source()));
    }
}
