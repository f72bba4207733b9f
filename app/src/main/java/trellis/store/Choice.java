package trellis.store;

/// What a person has chosen about their record as a whole, said by a Consent of a category. While it
/// is active and its period lasts, statements are narrowed by it.
public enum Choice {
    /// Not shared beyond where the person is registered, has been seen, or has said themselves.
    SHARING_DISSENT("sharing-dissent"),
    /// The national data opt-out: not used beyond the person's own care.
    OPT_OUT("national-data-opt-out");

    /// The category of a Consent to one research project, which its `provision.data` names as a
    /// ResearchStudy; it stands against an opt-out.
    public static final String PROJECT = "research-project";

    private final String category;

    Choice(String category) {
        this.category = category;
    }

    /// The code of the Consent's category.
    public String category() {
        return category;
    }

    /// What stands for it in the place of an organisation.
    long party() {
        return Keys.resource("Consent", category);
    }
}
