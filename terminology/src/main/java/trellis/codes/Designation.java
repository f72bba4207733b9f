package trellis.codes;

/// Another way to say a concept.
///
/// @param language such as `en` or `cy`; empty when it is not known
/// @param use what it is for
/// @param term as it is said
public record Designation(String language, Use use, String term) {

    /// What a designation is for; all empty when it is not said.
    public record Use(String system, String code, String display) {
        public static final Use NONE = new Use("", "", "");
    }
}
