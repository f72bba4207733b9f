package trellis.fhir;

import java.math.BigDecimal;
import tools.jackson.databind.node.DecimalNode;

/// A number that keeps the text it was written with: `1.50` stays `1.50` and `1e3` stays `1e3`,
/// because FHIR decimals carry their precision (FHIR R4 datatypes, decimal). Written by [Json].
final class ExactNumber extends DecimalNode {
    private static final long serialVersionUID = 1;

    private final String text;

    ExactNumber(String text, BigDecimal value) {
        super(value);
        this.text = text;
    }

    String text() {
        return text;
    }

    @Override
    public String _asString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExactNumber number && number.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
