package trellis.messages;

import java.util.List;
import java.util.Locale;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.people.People;
import trellis.store.Keys;

/// To which mailbox a message goes: the one named, or the one of a person's practice (automatic routing).
final class RouteReads {
    private final MeshSql sql;
    private final People people;

    RouteReads(MeshSql sql, People people) {
        this.sql = sql;
        this.people = people;
    }

    /// Where a message goes.
    ///
    /// @param patients keys of whom the sender was told something about, for the audit
    /// @param hidden whether the sender may not learn which mailbox that is
    record Route(Mailbox mailbox, List<Long> patients, boolean hidden) {}

    /// Keys of the patient whose number a recipient names, for the audit.
    List<Long> named(String recipient) {
        return MeshRules.person(recipient)
                .flatMap(person -> NhsNumber.of(person.number()))
                .flatMap(people::numbered)
                .map(patient -> List.of(Keys.resource("Patient", patient.key())))
                .orElse(List.of());
    }

    /// @param recipient as the sender names it, in capitals
    /// @throws MeshError.Refusal when it leads nowhere
    Route route(String recipient, String workflow) {
        var person = MeshRules.person(recipient);
        if (person.isPresent()) {
            return practice(person.get(), workflow);
        }
        var mailbox =
                sql.owned(recipient)
                        .map(MeshSql.Owned::mailbox)
                        .filter(found -> !found.disabled())
                        .orElseThrow(() -> MeshError.UNREGISTERED.refusal(""));
        if (!mailbox.takes(workflow)) {
            throw MeshError.WRONG_WORKFLOW.refusal("");
        }
        return new Route(mailbox, List.of(), false);
    }

    private Route practice(MeshRules.Person person, String workflow) {
        var number =
                NhsNumber.of(person.number()).orElseThrow(() -> MeshError.WRONG_NUMBER.refusal(""));
        var patient =
                people.numbered(number)
                        .filter(found -> !found.inactive())
                        .orElseThrow(() -> MeshError.NO_PERSON.refusal(""));
        if (!same(person, patient)) {
            throw MeshError.OTHER_PERSON.refusal("");
        }
        var found =
                people.practices(patient).stream()
                        .flatMap(ods -> sql.mailboxes(ods, workflow).stream())
                        .distinct()
                        .toList();
        if (found.isEmpty()) {
            throw MeshError.NO_MATCH.refusal("");
        }
        if (found.size() > 1) {
            throw MeshError.SEVERAL_MATCH.refusal("");
        }
        // Where somebody lives who is protected is told to nobody, nor is their practice.
        return new Route(
                found.getFirst(),
                List.of(Keys.resource("Patient", patient.key())),
                patient.restricted());
    }

    /// Whether somebody was born on the day, and has or had the name.
    private static boolean same(MeshRules.Person person, Patient patient) {
        var born = patient.json().path("birthDate").asString("");
        return person.born().filter(day -> day.toString().equals(born)).isPresent()
                && patient.names().stream()
                        .flatMap(name -> name.family().stream())
                        .anyMatch(family -> letters(family).equals(letters(person.family())));
    }

    /// A name without case, accents, spaces and marks, as headers cannot hold them all.
    private static String letters(String name) {
        return Keys.normal(name).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
    }
}
