package trellis.access;

/// What somebody is here as. What each role may do stands in `permissions.md` beside this class's
/// package, in words that a clinician can check.
public enum Role {
    CLINICIAN("Clinician"),
    GP("GP"),
    /// Who dispenses what others have prescribed.
    PHARMACIST("Pharmacist"),
    WARD_CLERK("Ward clerk"),
    AUDITOR("Auditor"),
    /// A person, about their own record and those of whom they act for.
    PATIENT("Patient"),
    /// The machine itself: commands, jobs, and scripts whose token names no person.
    SYSTEM("System"),
    /// Who has not shown who they are; may do nothing.
    NOBODY("Nobody");

    private final String words;

    Role(String words) {
        this.words = words;
    }

    /// As it is shown to people.
    public String words() {
        return words;
    }
}
