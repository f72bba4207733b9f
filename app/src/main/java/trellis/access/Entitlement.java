package trellis.access;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.access.Permissions.Reader;
import trellis.fhir.definitions.Definitions;
import trellis.store.Basis;
import trellis.store.Sight;

/// The decision itself: a pure function of who asks, for what purpose, for what, and how they stand to
/// the person it is about, that person's choices among it. The tables it follows are those of
/// `permissions.md`; `decisions.md` among the tests shows its every answer.
///
/// A search is decided by the same rules, said in SQL ([trellis.store.Sight]); a test holds the two
/// together.
final class Entitlement {
    /// Types that hold anything of anybody without saying whose it is.
    private static final Set<String> CLOSED = Set.of("Binary", "Bundle");

    private final Permissions permissions;
    private final Map<Role, Set<String>> limited = new EnumMap<>(Role.class);
    private final Set<String> anyone;

    Entitlement(Permissions permissions) {
        this.permissions = permissions;
        for (var role : Role.values()) {
            limited.put(
                    role,
                    Definitions.r4().resourceTypes().stream()
                            .filter(type -> permissions.needsRelationship(role, type))
                            .collect(Collectors.toUnmodifiableSet()));
        }
        this.anyone =
                Definitions.r4().resourceTypes().stream()
                        .filter(permissions::anyones)
                        .collect(Collectors.toUnmodifiableSet());
    }

    /// What somebody wants to do.
    ///
    /// @param role as what they are here
    /// @param purpose what for
    /// @param right what they want to do
    /// @param type with resources of which type
    record Question(Role role, Purpose purpose, Right right, String type) {
        Question(Role role, Right right, String type) {
            this(role, Purpose.CARE, right, type);
        }
    }

    /// How somebody stands to the patient whom a resource is about.
    ///
    /// @param patient whether the resource belongs to a patient at all
    /// @param bases what relationships of their organisation rest on; empty when there is none
    /// @param opened whether they have opened this record themselves, with a reason
    /// @param tie what they are to the patient besides
    /// @param claim for the role Patient: what they claim of this patient's record
    /// @param choices what the patient has chosen about the record
    record Standing(
            boolean patient,
            Set<Basis> bases,
            boolean opened,
            Tie tie,
            Optional<Claim> claim,
            Set<Chosen> choices) {
        static final Standing NOBODYS = new Standing(false, Optional.empty(), false);

        Standing {
            bases = Set.copyOf(bases);
            choices = Set.copyOf(choices);
        }

        Standing(boolean patient, Optional<Basis> basis, boolean opened) {
            this(
                    patient,
                    basis.map(Set::of).orElse(Set.of()),
                    opened,
                    Tie.NONE,
                    Optional.empty(),
                    Set.of());
        }

        Standing tied(Tie other) {
            return new Standing(patient, bases, opened, other, claim, choices);
        }

        Standing claiming(Claim what) {
            return new Standing(patient, bases, opened, tie, Optional.of(what), choices);
        }

        Standing choosing(Set<Chosen> what) {
            return new Standing(patient, bases, opened, tie, claim, what);
        }
    }

    /// What a member of staff is to a patient, besides.
    enum Tie {
        NONE,
        /// It is their own record.
        SELF,
        /// They work for the same organisation.
        COLLEAGUE
    }

    /// What a patient has chosen.
    enum Chosen {
        SHARING_DISSENT,
        OPT_OUT,
        /// Agreed to the very project for which it is asked.
        THIS_PROJECT
    }

    /// What a person may see of a record as its patient, or for its patient.
    ///
    /// @param patient id of the patient
    /// @param self whether they are the patient
    /// @param scope how much, a word of `permissions.md`
    record Claim(String patient, boolean self, String scope) {
        Claim {
            requireNonNull(scope);
        }

        private Reader reader() {
            return self ? Reader.PERSON : Reader.PROXY;
        }
    }

    /// Yes or no, and why.
    sealed interface Decision {
        /// @param broken whether only because the record was opened with a reason
        record Permitted(boolean broken) implements Decision {}

        /// @param why a plain sentence that says what to do
        record Denied(String why) implements Decision {}

        default boolean permitted() {
            return this instanceof Permitted;
        }
    }

    private static final Decision YES = new Decision.Permitted(false);

    /// Decides by the role alone, before it is known what it is about.
    Decision role(Role role, Right right, String type) {
        return permissions.allows(role, right, type)
                ? YES
                : new Decision.Denied(refusal(role, right, type));
    }

    /// Decides.
    ///
    /// @param labels security labels of the resource, each `system|code`
    Decision decide(Question asked, Standing standing, Set<String> labels) {
        var byRole = role(asked.role(), asked.right(), asked.type());
        if (!byRole.permitted()) {
            return byRole;
        }
        if (asked.purpose().beyondCare() && standing.patient()) {
            var out = standing.choices().contains(Chosen.OPT_OUT);
            if (out && !standing.choices().contains(Chosen.THIS_PROJECT)) {
                return new Decision.Denied(
                        "This person has opted out of uses beyond their own care. If you need them in"
                                + " your project, ask them to agree to it.");
            }
        }
        return switch (asked.role()) {
            case SYSTEM -> byRole;
            case PATIENT -> person(asked, standing, labels);
            case CLINICIAN, GP, PHARMACIST, WARD_CLERK, AUDITOR, NOBODY ->
                    staff(asked, standing, labels);
        };
    }

    private Decision person(Question asked, Standing standing, Set<String> labels) {
        if (!standing.patient()) {
            return permissions.anyones(asked.type())
                    ? YES
                    : new Decision.Denied(
                            "This belongs to no record of yours. If you think it should, ask your GP"
                                    + " surgery.");
        }
        if (standing.claim().isEmpty()) {
            return new Decision.Denied(
                    "This is not your record. If you look after this person, they or their GP surgery"
                            + " can let you act for them.");
        }
        var claim = standing.claim().get();
        if (!permissions.scope(claim.scope()).contains(asked.type())) {
            return new Decision.Denied(
                    claim.self()
                            ? "You have not proved yet who you are well enough to see this. If you want"
                                    + " to, show your identity document to your GP surgery."
                            : "You may not see this part of the record. If you need it, ask the person"
                                    + " or their GP surgery.");
        }
        return labels.stream().anyMatch(permissions.sealed(claim.reader())::contains)
                ? new Decision.Denied(
                        "This part of the record is not shown online. If you want to see it, ask your"
                                + " GP surgery.")
                : YES;
    }

    private Decision staff(Question asked, Standing standing, Set<String> labels) {
        if (!permissions.needsRelationship(asked.role(), asked.type())) {
            return YES;
        }
        if (!standing.patient()) {
            return CLOSED.contains(asked.type()) && asked.right() != Right.WRITE
                    ? new Decision.Denied(
                            "What a "
                                    + asked.type()
                                    + " holds may be about anybody. If you need it, open the document"
                                    + " that names it from the patient's record.")
                    : YES;
        }
        if (standing.tie() == Tie.SELF) {
            return new Decision.Denied(OWN);
        }
        var bases = bases(standing);
        var isSealed = labels.stream().anyMatch(permissions.sealed(Reader.STAFF)::contains);
        if (standing.opened()) {
            return new Decision.Permitted(
                    isSealed || bases.isEmpty() || standing.tie() == Tie.COLLEAGUE);
        }
        if (standing.tie() == Tie.COLLEAGUE) {
            return new Decision.Denied(
                    "This is the record of somebody who works with you. If you need it for their care"
                            + " now, open it from Find a patient, which asks you why.");
        }
        if (bases.isEmpty()) {
            return new Decision.Denied(
                    standing.bases().isEmpty()
                            ? "Your organisation has no recorded relationship with this person. If you"
                                    + " need the record for care now, open it from Find a patient, which"
                                    + " asks you why."
                            : "This person does not want their record shared. If you need it for care"
                                    + " now, open it from Find a patient, which asks you why.");
        }
        if (isSealed) {
            return new Decision.Denied(
                    "This part of the record is sealed. If you need it for care now, open sealed parts"
                            + " from the patient's summary, which asks you why.");
        }
        return YES;
    }

    /// What staff is told who looks for themselves.
    static final String OWN =
            "This is your own record, which nobody opens at work. If you want to see it, sign in as"
                    + " yourself, or ask your GP surgery.";

    private Set<Basis> bases(Standing standing) {
        return standing.choices().contains(Chosen.SHARING_DISSENT)
                ? standing.bases().stream()
                        .filter(permissions.steadfast()::contains)
                        .collect(Collectors.toSet())
                : standing.bases();
    }

    /// Whose records somebody of the staff stands to in a special way.
    ///
    /// @param organisations ids of the organisation they work for and its sites
    /// @param covered ids of organisations that it is on call for
    /// @param opened ids of patients whose records they have opened
    /// @param self ids of patients who they are themselves
    /// @param colleagues ids of patients who work with them
    record Place(
            Set<String> organisations,
            Set<String> covered,
            Set<String> opened,
            Set<String> self,
            Set<String> colleagues) {}

    /// The same decision for searches of staff: what somebody may see, as the store narrows by it.
    Sight sight(Role role, Instant now, Place place) {
        var types = limited.getOrDefault(role, Set.of());
        return types.isEmpty()
                ? Sight.everything()
                : new Sight.Related(
                        types,
                        CLOSED,
                        place.organisations(),
                        place.covered(),
                        now,
                        permissions.lasts(),
                        place.opened(),
                        Set.of(),
                        permissions.sealed(Reader.STAFF),
                        place.self(),
                        place.colleagues(),
                        permissions.steadfast());
    }

    /// A sight by which a store tells whether there was care around a moment.
    Sight care(Set<String> organisations, Instant at) {
        var month = new EnumMap<Basis, Duration>(Basis.class);
        for (var basis : Basis.values()) {
            month.put(basis, Duration.ofDays(31));
        }
        return new Sight.Related(
                Set.of(),
                CLOSED,
                organisations,
                Set.of(),
                at,
                month,
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(Basis.values()));
    }

    /// The same for people themselves.
    Sight sight(List<Claim> claims) {
        var parts = new ArrayList<Sight.Own.Part>();
        for (var claim : claims) {
            parts.add(
                    new Sight.Own.Part(
                            claim.patient(),
                            permissions.scope(claim.scope()),
                            permissions.sealed(claim.reader())));
        }
        return new Sight.Own(parts, anyone);
    }

    /// Types of which what belongs to nobody is for everybody.
    Set<String> anyone() {
        return anyone;
    }

    /// Why a role may not, and what to do.
    private String refusal(Role role, Right right, String type) {
        return "The role "
                + role.words()
                + " may not "
                + right.word()
                + " "
                + type
                + ", which is "
                + permissions.area(type)
                + " information. If your work needs it, ask whoever gave you this account for another"
                + " role.";
    }
}
