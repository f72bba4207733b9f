package trellis.matching;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How far two people agree in one field, the best first. What one of them does not have is no evidence and has no agreement.
public enum Agreement {
    FAMILY_SAME(Field.FAMILY, "The same"),
    FAMILY_PART(Field.FAMILY, "One part of a double name is the same"),
    FAMILY_SIMILAR(Field.FAMILY, "Spelt alike, or sounds alike"),
    /// Speaks for both names, so that the first name is not counted again.
    NAMES_EXCHANGED(Field.FAMILY, "Family and first name are exchanged"),
    FAMILY_OTHER(Field.FAMILY, "Different"),
    GIVEN_SAME(Field.GIVEN, "The same"),
    GIVEN_KNOWN_AS(Field.GIVEN, "A short form or another form of the same name"),
    GIVEN_SECOND(Field.GIVEN, "The first name of one is the second name of the other"),
    GIVEN_SIMILAR(Field.GIVEN, "Spelt alike, or sounds alike"),
    GIVEN_INITIAL(Field.GIVEN, "Only the first letter is known, and is the same"),
    GIVEN_OTHER(Field.GIVEN, "Different"),
    BORN_SAME(Field.BORN, "The same"),
    BORN_PARTLY(Field.BORN, "The same as far as it is known"),
    BORN_SLIP(Field.BORN, "One digit differs, or two parts are exchanged"),
    BORN_OTHER(Field.BORN, "Different"),
    GENDER_SAME(Field.GENDER, "The same"),
    GENDER_OTHER(Field.GENDER, "Different"),
    ADDRESS_SAME(Field.ADDRESS, "The same"),
    ADDRESS_POSTCODE(Field.ADDRESS, "The same postcode"),
    ADDRESS_AREA(Field.ADDRESS, "The same postal district"),
    ADDRESS_OTHER(Field.ADDRESS, "Different"),
    PHONE_SAME(Field.PHONE, "The same"),
    PHONE_OTHER(Field.PHONE, "Different"),
    EMAIL_SAME(Field.EMAIL, "The same"),
    EMAIL_OTHER(Field.EMAIL, "Different"),
    NUMBER_SAME(Field.NUMBER, "The same"),
    NUMBER_OTHER(Field.NUMBER, "Different");

    private static final Map<Field, List<Agreement>> OF =
            Arrays.stream(values())
                    .collect(
                            Collectors.groupingBy(
                                    Agreement::field,
                                    () -> new EnumMap<>(Field.class),
                                    Collectors.toUnmodifiableList()));
    private static final Map<String, Agreement> NAMED =
            Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private final Field field;
    private final String words;

    Agreement(Field field, String words) {
        this.field = field;
        this.words = words;
    }

    /// Of what it speaks.
    public Field field() {
        return field;
    }

    /// As pages say it.
    public String words() {
        return words;
    }

    /// The agreements of one field, the best first.
    static List<Agreement> of(Field field) {
        return OF.getOrDefault(field, List.of());
    }

    /// @throws IllegalArgumentException when there is none of this name
    static Agreement named(String name) {
        var found = NAMED.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no agreement is called " + name);
        }
        return found;
    }
}
