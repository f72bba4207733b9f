package trellis.access;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.store.Basis;
import trellis.store.Sight;

/// The decision itself: a pure function of who asks, for what, and how they stand to the person it is
/// about. The tables it follows are those of `permissions.md`; `decisions.md` among the tests shows
/// its every answer.
///
/// A search is decided by the same rules, said in SQL ([trellis.store.Sight]); a test holds the two
/// together.
final class Entitlement {
    /// Types that hold anything of anybody without saying whose it is.
    private static final Set<String> CLOSED = Set.of("Binary", "Bundle");

    private final Permissions permissions;
    private final Map<Role, Set<String>> limited = new EnumMap<>(Role.class);

    Entitlement(Permissions permissions) {
        this.permissions = permissions;
        for (var role : Role.values()) {
            limited.put(
                    role,
                    Definitions.r4().resourceTypes().stream()
                            .filter(type -> permissions.needsRelationship(role, type))
                            .collect(Collectors.toUnmodifiableSet()));
        }
    }

    /// How somebody stands to the patient whom a resource is about.
    ///
    /// @param patient whether the resource belongs to a patient at all
    /// @param basis what the relationship of their organisation rests on; empty when there is none
    /// @param opened whether they have opened this record themselves, with a reason
    record Standing(boolean patient, Optional<Basis> basis, boolean opened) {
        static final Standing NOBODYS = new Standing(false, Optional.empty(), false);
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

    /// Decides by the role alone, before it is known what it is about.
    Decision role(Role role, Right right, String type) {
        return permissions.allows(role, right, type)
                ? new Decision.Permitted(false)
                : new Decision.Denied(refusal(role, right, type));
    }

    /// Decides.
    ///
    /// @param labels security labels of the resource, each `system|code`
    Decision decide(Role role, Right right, String type, Standing standing, Set<String> labels) {
        var byRole = role(role, right, type);
        if (role == Role.SYSTEM || !byRole.permitted()) {
            return byRole;
        }
        if (!permissions.needsRelationship(role, type)) {
            return new Decision.Permitted(false);
        }
        if (!standing.patient()) {
            return CLOSED.contains(type) && right != Right.WRITE
                    ? new Decision.Denied(
                            "What a "
                                    + type
                                    + " holds may be about anybody. If you need it, open the document"
                                    + " that names it from the patient's record.")
                    : new Decision.Permitted(false);
        }
        var isSealed = labels.stream().anyMatch(permissions.sealed()::contains);
        if (standing.opened()) {
            return new Decision.Permitted(isSealed || standing.basis().isEmpty());
        }
        if (standing.basis().isEmpty()) {
            return new Decision.Denied(
                    "Your organisation has no recorded relationship with this person. If you need the"
                            + " record for care now, open it from Find a patient, which asks you why.");
        }
        if (isSealed) {
            return new Decision.Denied(
                    "This part of the record is sealed. If you need it for care now, open sealed parts"
                            + " from the patient's summary, which asks you why.");
        }
        return new Decision.Permitted(false);
    }

    /// The same decision for searches: what somebody may see, as the store narrows by it.
    ///
    /// @param organisations ids of the organisation they work for and its sites
    /// @param opened ids of patients whose records they have opened
    Sight sight(Role role, Set<String> organisations, Instant now, Set<String> opened) {
        var types = limited.getOrDefault(role, Set.of());
        return types.isEmpty()
                ? Sight.everything()
                : new Sight.Related(
                        types,
                        CLOSED,
                        organisations,
                        now,
                        permissions.lasts(),
                        opened,
                        Set.of(),
                        permissions.sealed());
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
