package trellis.store;

/// What a legitimate relationship between an organisation and a patient rests on. The number is
/// stored and never changes.
public enum Basis {
    /// The practice that the patient is registered with.
    REGISTRATION(1, "registration"),
    /// Somewhere the patient is or was seen.
    ENCOUNTER(2, "encounter"),
    /// Somewhere the patient has been referred to.
    REFERRAL(3, "referral"),
    /// A member of the patient's care team.
    TEAM(4, "team"),
    /// Cover for an organisation that has to do with the patient, such as a practice at night. Not
    /// stated of a patient: the organisation covered lends what it has.
    ON_CALL(5, "on-call"),
    /// The patient's own word: a Consent that names the organisation.
    GRANT(6, "grant"),
    /// A pharmacy that has a prescription of the patient.
    DISPENSING(7, "dispensing");

    /// The category of a Consent by which a patient lets an organisation see the record.
    public static final String SHARE_WITH = "share-with";

    private final int number;
    private final String word;

    Basis(int number, String word) {
        this.number = number;
        this.word = word;
    }

    /// As it is stored.
    int number() {
        return number;
    }

    /// As tables of rules name it.
    public String word() {
        return word;
    }
}
