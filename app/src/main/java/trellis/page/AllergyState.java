package trellis.page;

/// The four states of what is known of a person's allergies (PAB-0064; interface rule 9). They are
/// repeated, in these words, on every step that prescribes, supplies or gives a medicine.
public enum AllergyState {
    /// There is at least one.
    KNOWN("Known allergies"),
    /// Somebody recorded that there is none.
    NONE("No known allergies"),
    /// Nobody recorded anything.
    NOT_RECORDED("Allergies not recorded"),
    /// It cannot be said now.
    UNAVAILABLE("Allergies unavailable");

    private final String words;

    AllergyState(String words) {
        this.words = words;
    }

    /// The words on the page.
    public String words() {
        return words;
    }

    /// The end of the CSS class that gives the state its look.
    public String look() {
        return switch (this) {
            case KNOWN -> "known";
            case NONE -> "none";
            case NOT_RECORDED -> "not-recorded";
            case UNAVAILABLE -> "unavailable";
        };
    }
}
