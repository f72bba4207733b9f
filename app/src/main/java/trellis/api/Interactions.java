package trellis.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.audit.AuditTrail;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.Compartments;
import trellis.store.Preparation;
import trellis.store.Store;

/// Which interaction answers at which address, and what becomes of a refusal or a fault. Used for
/// requests over HTTP and for the entries of a batch alike.
@Component
final class Interactions implements Interaction {
    private static final Logger LOG = LoggerFactory.getLogger(Interactions.class);

    private final Map<Verb, Interaction> system;
    private final Map<Verb, Interaction> metadata;
    private final Map<Verb, Interaction> apiDocs;
    private final Map<Verb, Interaction> type;
    private final Map<Verb, Interaction> search;
    private final Map<Verb, Interaction> compartment;
    private final Map<Verb, Interaction> instance;
    private final Map<Verb, Interaction> history;
    private final Map<Verb, Interaction> version;
    private final Map<Verb, Interaction> auditType;
    private final Map<Verb, Interaction> auditInstance;
    private final Operations operations;
    private final Trails trails;
    private final NewId newId;

    Interactions(
            Store store,
            SearchParser parser,
            SearchCursors cursors,
            Narrowing narrowing,
            Intake intake,
            NewId newId,
            Writing writing,
            WriteAnswer answers,
            Patched patched,
            Transaction transaction,
            Trails trails,
            ApiSettings settings,
            Preparation preparation,
            Capabilities capabilities,
            AuditTrail trail,
            Access access,
            Operations operations) {
        this.newId = newId;
        this.operations = operations;
        this.trails = trails;
        var events = new AuditEvents(trail, access, store);
        this.auditType = looking(events::search);
        this.auditInstance = looking(events::read);
        var finding = new Search(store, parser, narrowing);
        var create = new Create(narrowing, intake, newId, writing, answers);
        var patch = new PatchWrite(narrowing, intake, writing, answers, patched);
        var bundle = new PostBundle(transaction, new Batch(this), trails, settings, preparation);
        this.system = with(looking(finding), Verb.POST, bundle);
        this.compartment = looking(finding);
        this.metadata = looking(capabilities);
        this.apiDocs = looking(new OpenApi(capabilities));
        var conditional = new ConditionalWrite(store, parser, narrowing, writing);
        this.type =
                with(
                        with(
                                with(looking(finding), Verb.POST, create),
                                Verb.PUT,
                                new ConditionalUpdate(
                                        narrowing, intake, newId, writing, answers, conditional)),
                        Verb.DELETE,
                        new ConditionalDelete(
                                narrowing, intake, conditional, settings.conditionalDeletes()));
        this.type.put(Verb.PATCH, patch);
        this.search = Map.of(Verb.POST, finding);
        this.instance =
                with(
                        with(
                                looking(new Read(narrowing)),
                                Verb.PUT,
                                new Update(narrowing, intake, writing, answers)),
                        Verb.DELETE,
                        new Delete(narrowing, intake, writing));
        this.instance.put(Verb.PATCH, patch);
        this.history = looking(new History(store, narrowing, cursors));
        this.version = looking(new Vread(store, narrowing));
    }

    private static Map<Verb, Interaction> looking(Interaction interaction) {
        return new EnumMap<>(Map.of(Verb.GET, interaction, Verb.HEAD, interaction));
    }

    private static Map<Verb, Interaction> with(
            Map<Verb, Interaction> others, Verb verb, Interaction interaction) {
        others.put(verb, interaction);
        return others;
    }

    @Override
    public Answer answer(FhirRequest request) {
        try {
            var here = at(request.path());
            var interaction = here.get(request.verb());
            return interaction == null ? notHere(request, here) : interaction.answer(request);
        } catch (NotPatched e) {
            var answer = Outcome.of(e.problem());
            return answer.audited(Touched.notPatched(e.stored(), answer.status()));
        } catch (ReadAndRefused e) {
            var answer = Outcome.of(e.problem());
            var lines = new ArrayList<>(e.touched());
            lines.add(Touched.refused(request, answer.status()));
            return answer.audited(lines);
        } catch (Refused e) {
            return refused(request, Outcome.of(e.problem()));
        } catch (RuntimeException e) {
            var id = newId.next();
            LOG.error("Fault {}", id, e);
            return refused(request, Outcome.fault(id));
        }
    }

    /// What can be done at an address: `OPTIONS` (https://hl7.org/fhir/R4/http.html#capabilities knows it for the base).
    ///
    /// @throws Refused with [Problem.NotFound] when there is no such address
    Answer options(FhirRequest request) {
        return Answer.of(204).header("Allow", "OPTIONS, " + allowed(at(request.path())));
    }

    private static String allowed(Map<Verb, Interaction> here) {
        return here.keySet().stream().sorted().map(Verb::name).collect(Collectors.joining(", "));
    }

    private static Answer notHere(FhirRequest request, Map<Verb, Interaction> here) {
        var allowed = allowed(here);
        var problem =
                new Problem.NotSupported(
                        request.verb()
                                + " is not done at this address"
                                + (allowed.isEmpty() ? "." : "; here it is " + allowed + "."));
        return refused(request, Outcome.of(problem).header("Allow", allowed));
    }

    private static Answer refused(FhirRequest request, Answer answer) {
        return answer.audited(Touched.refused(request, answer.status()));
    }

    /// What can be done at an address.
    ///
    /// @throws Refused with [Problem.NotFound] when there is no such address
    private Map<Verb, Interaction> at(List<String> path) {
        var last = path.isEmpty() ? "" : path.getLast();
        if (last.startsWith("$")) {
            return operations.at(path, trails::of);
        }
        if (path.isEmpty()) {
            return system;
        }
        if (path.equals(List.of("metadata"))) {
            return metadata;
        }
        if (path.equals(List.of("api-docs"))) {
            return apiDocs;
        }
        if (path.equals(List.of("_history"))) {
            return history;
        }
        if (path.equals(List.of("_search"))) {
            return search;
        }
        Addresses.checkType(path.getFirst());
        if (path.getFirst().equals("AuditEvent")) {
            return path.size() == 1 ? auditType : path.size() == 2 ? auditInstance : Map.of();
        }
        return switch (path.size()) {
            case 1 -> type;
            case 2 ->
                    switch (last) {
                        case "_search" -> search;
                        case "_history" -> history;
                        default -> instance;
                    };
            case 3 -> isCompartment(path) ? compartment : under(path, history);
            case 4 -> isCompartment(path) && last.equals("_search") ? search : under(path, version);
            default -> throw nowhere();
        };
    }

    private static boolean isCompartment(List<String> path) {
        return Compartments.r4().has(path.getFirst())
                && (path.get(2).equals("*") || Addresses.isType(path.get(2)));
    }

    private static Map<Verb, Interaction> under(
            List<String> path, Map<Verb, Interaction> interactions) {
        if (!path.get(2).equals("_history")) {
            throw nowhere();
        }
        return interactions;
    }

    private static Refused nowhere() {
        return new Refused(
                new Problem.NotFound(
                        "This address (a resource is at [type]/[id], its versions at"
                                + " [type]/[id]/_history)"));
    }
}
