package trellis.ips;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.api.Touched;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of the International Patient Summary.
@Component
public final class Ips {
    private final Store store;
    private final Access access;
    private final Clock clock;

    Ips(Store store, Access access, Clock clock) {
        this.store = store;
        this.access = access;
        this.clock = clock;
    }

    /// A summary.
    ///
    /// @param document a Bundle of type document
    /// @param touched what goes into the audit before it is shown
    public record Made(ObjectNode document, List<Touched> touched) {
        public Made {
            touched = List.copyOf(touched);
        }
    }

    /// Makes the summary of one person as somebody may see it.
    ///
    /// @param patient the id of the person's resource
    /// @param base address of this server's API, no slash at the end
    /// @throws Refused with [Problem.Forbidden], [Problem.NotFound], [Problem.Hidden] or [Problem.Gone]
    public Made of(Caller caller, String patient, String base) {
        access.require(caller, Right.READ, "Patient");
        if (Arrays.stream(Section.values())
                .filter(Section::required)
                .noneMatch(section -> mayAny(caller, section))) {
            access.require(caller, Right.SEARCH, "Condition");
        }
        var sight = access.sight(caller);
        var reads = new IpsReads(store, sight);
        var stored =
                reads.patient(patient)
                        .orElseThrow(() ->
                                new Refused(
                                        sight.limits("Patient")
                                                ? new Problem.Hidden("Patient/" + patient)
                                                : new Problem.NotFound("Patient/" + patient)));
        if (stored.deleted()) {
            throw new Refused(new Problem.Gone("Patient/" + patient));
        }
        var byType = read(caller, reads, patient);
        var contents = contents(caller, byType);
        var person = Fact.of(stored);
        var shown = shown(person, contents);
        var names = shown.stream().map(Fact::name).collect(Collectors.toSet());
        var support =
                reads.support(shown, names).stream()
                        .filter(one -> access.mayRead(caller, one.stored().type()))
                        .toList();
        var document = IpsRules.document(base, person, contents, support, clock.instant());
        return new Made(document, touched(stored, byType.keySet()));
    }

    private boolean mayAny(Caller caller, Section section) {
        return section.types().stream().anyMatch(type -> access.maySearch(caller, type));
    }

    private Map<String, List<Fact>> read(Caller caller, IpsReads reads, String patient) {
        var byType = new LinkedHashMap<String, List<Fact>>();
        for (var section : Section.values()) {
            for (var type : section.types()) {
                if (access.maySearch(caller, type)) {
                    byType.computeIfAbsent(type, one -> reads.of(patient, one));
                }
            }
        }
        return byType;
    }

    private List<IpsRules.Content> contents(Caller caller, Map<String, List<Fact>> byType) {
        return Arrays.stream(Section.values())
                .map(section ->
                        new IpsRules.Content(
                                section,
                                IpsRules.chosen(section, byType),
                                !mayAny(caller, section)))
                .toList();
    }

    private static List<Fact> shown(Fact patient, List<IpsRules.Content> contents) {
        var all = new ArrayList<Fact>();
        all.add(patient);
        contents.forEach(content -> all.addAll(content.resources()));
        return all;
    }

    /// One line for the person and one for each type that was looked through.
    private static List<Touched> touched(Stored patient, Set<String> types) {
        var lines = new ArrayList<Touched>();
        lines.add(Touched.read("$summary", patient, 200));
        for (var type : types) {
            lines.add(
                    new Touched(
                            AuditEntry.Action.EXECUTE,
                            "$summary",
                            AuditEntry.Target.search(type, "patient=" + patient.id()),
                            Touched.patient(patient.patient()),
                            200));
        }
        return lines;
    }
}
