package trellis.codes;

import java.util.Arrays;

/// Something a code system says of a concept, beside its name.
///
/// @param code of the property, such as `parent`
/// @param type of the value
/// @param value as text; a Coding as `system|code`
public record Property(String code, Type type, String value) {

    /// The types of FHIR's `CodeSystem.concept.property.value[x]`, by the end of its name, by which it is written down.
    public enum Type {
        CODE("Code"),
        STRING("String"),
        INTEGER("Integer"),
        BOOLEAN("Boolean"),
        DATE_TIME("DateTime"),
        DECIMAL("Decimal"),
        CODING("Coding");

        private final String suffix;

        Type(String suffix) {
            this.suffix = suffix;
        }

        static Type of(String suffix) {
            return Arrays.stream(values())
                    .filter(type -> type.suffix.equals(suffix))
                    .findFirst()
                    .orElseThrow();
        }

        /// What follows `value` in the name of the JSON member.
        public String suffix() {
            return suffix;
        }
    }
}
