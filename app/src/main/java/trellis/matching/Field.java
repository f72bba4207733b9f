package trellis.matching;

/// What of two people is compared.
public enum Field {
    FAMILY("Family name"),
    GIVEN("First name"),
    BORN("Date of birth"),
    GENDER("Gender"),
    ADDRESS("Address"),
    PHONE("Telephone"),
    EMAIL("Email"),
    NUMBER("NHS number");

    private final String words;

    Field(String words) {
        this.words = words;
    }

    /// As pages name it.
    public String words() {
        return words;
    }
}
