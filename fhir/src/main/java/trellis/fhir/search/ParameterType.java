package trellis.fhir.search;

/// The kinds of search parameter of FHIR R4.
public enum ParameterType {
    NUMBER,
    DATE,
    STRING,
    TOKEN,
    REFERENCE,
    COMPOSITE,
    QUANTITY,
    URI,
    SPECIAL;

    /// The code of the `search-param-type` value set.
    public String code() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
