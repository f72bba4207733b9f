package trellis.matching;

/// What forbids that two records are taken for one person without somebody looking, whatever their weight.
public enum Guard {
    NUMBERS("They have two different valid NHS numbers."),
    TWINS("They may be twins: born the same day or a slip apart, with other first names."),
    PARENT_AND_CHILD("They may be parent and child with the same names: born many years apart."),
    OTHER_FIRST_NAME("Their first names are different."),
    BIRTH_DATE("Their birth dates differ by more than one slip."),
    DEATH("One had died before something of the other began.");

    private final String words;

    Guard(String words) {
        this.words = words;
    }

    /// In a sentence.
    public String words() {
        return words;
    }
}
