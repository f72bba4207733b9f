package trellis.conversations;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import trellis.access.Access;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Role;
import trellis.conversations.Conversation.Part;
import trellis.conversations.Conversation.Who;
import trellis.conversations.Conversations.Viewer;
import trellis.people.Patient;
import trellis.store.Keys;
import trellis.store.Store;

/// Who can be written to: only who would read it, and may see whom it is about.
///
/// @param watchers accounts that are told of what comes to an organisation, by its ODS code
record Reach(
        Access access,
        Accounts accounts,
        Persons persons,
        Store store,
        Function<String, List<Long>> watchers,
        Clock clock) {

    /// More names than that nobody looks through: they are found by a part of the name.
    private static final int MOST_COLLEAGUES = 100;

    /// Whether somebody can be written to.
    sealed interface Reached {
        /// They can.
        record Yes(Part to) implements Reached {}

        /// They cannot, for a reason that says what to do.
        record No(String why) implements Reached {}
    }

    /// Whether somebody may see what is said about a patient.
    boolean maySee(Caller caller, String patient) {
        return access.mayRead(caller, Conversations.TYPE)
                && access.treats(caller, Set.of(Keys.resource("Patient", patient)), store);
    }

    /// Whether somebody can be written to about a patient, or about nobody.
    Reached reach(Viewer viewer, String patient, Who to) {
        return switch (to) {
            case Who.Person(var whose) -> reachPerson(viewer, whose);
            case Who.Staff(var account) -> reachStaff(viewer, patient, account);
            case Who.Organisation(var odsCode) -> reachOrganisation(viewer, patient, odsCode);
        };
    }

    private Reached reachPerson(Viewer viewer, String patient) {
        var account = accounts.ofPatient(patient).filter(one -> !one.disabled());
        if (account.isEmpty()) {
            return new Reached.No(
                    "This patient has no account here, so they would never read it. Call or write to"
                            + " them.");
        }
        var level = persons.level(account.get().caller(Caller.Came.SYSTEM));
        return level == Level.P9
                ? new Reached.Yes(
                        viewer.part(clock.instant(), new Who.Person(patient), name(patient)))
                : new Reached.No(
                        "This patient has not proved who they are well enough to read messages here."
                                + " Call or write to them.");
    }

    /// As the record has it, so that the reader is checked against the banner.
    private String name(String patient) {
        return store.read("Patient", patient)
                .map(found -> new Patient(found.json()).shownName())
                .orElse("Name not known");
    }

    private Reached reachStaff(Viewer viewer, String patient, long number) {
        var account = accounts.numbered(number).filter(one -> colleague(viewer, one));
        if (account.isEmpty()) {
            return new Reached.No("Choose a colleague of your own organisation");
        }
        var name = account.get().person().name();
        return patient.isEmpty() || maySee(account.get().caller(Caller.Came.SESSION), patient)
                ? new Reached.Yes(viewer.part(clock.instant(), new Who.Staff(number), name))
                : new Reached.No(name + " may not see this patient's record");
    }

    private static boolean colleague(Viewer viewer, Account account) {
        return account.id() != viewer.caller().account()
                && account.person().role() != Role.PATIENT
                && !viewer.caller().odsCode().isEmpty()
                && account.person().odsCode().equals(viewer.caller().odsCode());
    }

    private Reached reachOrganisation(Viewer viewer, String patient, String odsCode) {
        var name = organisation(odsCode);
        if (name.isEmpty()) {
            return new Reached.No("There is no organisation with this ODS code");
        }
        if (viewer.person() && told(odsCode, patient).isEmpty()) {
            return new Reached.No(name.get() + " does not take messages here. Call them.");
        }
        if (accounts.of(odsCode, "", 1).isEmpty()) {
            return new Reached.No(
                    "Nobody of " + name.get() + " has an account here. Call or write to them.");
        }
        var key = Keys.resource("Patient", patient);
        return patient.isEmpty() || access.care(odsCode, key, clock.instant(), store)
                ? new Reached.Yes(
                        viewer.part(clock.instant(), new Who.Organisation(odsCode), name.get()))
                : new Reached.No(
                        name.get()
                                + " has nothing to do with this patient, as far as the record says. Refer"
                                + " the patient first.");
    }

    /// Who is told of what comes to an organisation: those who asked for it, may still sign in, work there still, and may see whom it is
    /// about.
    ///
    /// @param patient id of whom it is about; empty for nobody
    List<Long> told(String odsCode, String patient) {
        return watchers.apply(odsCode).stream()
                .flatMap(number -> accounts.numbered(number).stream())
                .filter(account -> account.person().odsCode().equals(odsCode))
                .filter(account ->
                        patient.isEmpty() || maySee(account.caller(Caller.Came.SESSION), patient))
                .map(Account::id)
                .toList();
    }

    /// Whether anybody but one is told of what comes to an organisation.
    boolean toldBeside(long account, String odsCode, String patient) {
        return told(odsCode, patient).stream().anyMatch(one -> one != account);
    }

    /// What somebody who writes to an organisation has to know before; empty for nothing.
    String warning(Viewer viewer, String patient, Who to) {
        return to instanceof Who.Organisation(var odsCode)
                        && !toldBeside(viewer.caller().account(), odsCode, patient)
                ? "Nobody there is told of new messages: it waits until somebody looks. If it matters"
                        + " when, telephone as well."
                : "";
    }

    /// The name of an organisation; empty when there is none with this code.
    Optional<String> organisation(String odsCode) {
        return odsCode.matches("[A-Z0-9]{3,12}")
                ? store.read("Organization", odsCode)
                        .filter(found -> !found.deleted())
                        .map(found -> found.json().path("name").asString(odsCode))
                : Optional.empty();
    }

    /// Colleagues to choose from.
    ///
    /// @param more whether there are others, found by their names
    record Colleagues(List<Account> some, boolean more) {}

    /// Colleagues who can be written to, by name.
    ///
    /// @param words in the name; empty for all
    Colleagues colleagues(Viewer viewer, String words) {
        var found = accounts.of(viewer.caller().odsCode(), words, MOST_COLLEAGUES + 1);
        return new Colleagues(
                found.stream()
                        .limit(MOST_COLLEAGUES)
                        .filter(one -> colleague(viewer, one))
                        .toList(),
                found.size() > MOST_COLLEAGUES);
    }

    /// Organisations that a person can write to: their practice and where they are looked after, as far as those take messages.
    List<Part> takers(Viewer viewer) {
        var patient = store.read("Patient", viewer.patient()).orElseThrow().json();
        return Stream.concat(
                        patient.path("generalPractitioner").valueStream(),
                        Stream.of(patient.path("managingOrganization")))
                .map(reference -> reference.path("reference").asString(""))
                .filter(reference -> reference.startsWith("Organization/"))
                .map(reference -> reference.substring("Organization/".length()))
                .distinct()
                .map(ods -> reach(viewer, viewer.patient(), new Who.Organisation(ods)))
                .flatMap(reached ->
                        reached instanceof Reached.Yes(var to) ? Stream.of(to) : Stream.empty())
                .toList();
    }
}
