package trellis.store;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.search.SearchValue;
import trellis.store.SearchRows.Amount;
import trellis.store.SearchRows.Date;
import trellis.store.SearchRows.Link;
import trellis.store.SearchRows.Text;

/// Turns search values into rows: every token, reference and URI into hashes beside the resource,
/// whatever has an order into a row of its own.
///
/// Composites are kept only where their parts stand together in an element that repeats, such as
/// `Observation.component`; a composite over the whole resource is the conjunction of its parts, and
/// is searched as that.
final class RowsOf {

    /// Larger or finer numbers than these have no meaning in a record and are not indexed.
    private static final int MOST_DIGITS = 60;

    private static final int MOST_ELEMENTS = 1000;

    private final Set<Long> tokens = new HashSet<>();
    private final Set<Long> identifiers = new LinkedHashSet<>();
    private final Set<Text> texts = new LinkedHashSet<>();
    private final Set<Date> dates = new LinkedHashSet<>();
    private final Set<Amount> amounts = new LinkedHashSet<>();
    private final Set<Link> links = new LinkedHashSet<>();

    private RowsOf() {}

    static SearchRows values(List<SearchValue> values) {
        var rows = new RowsOf();
        for (var value : values) {
            if (value instanceof SearchValue.Composite composite) {
                rows.composite(composite);
            } else {
                var salt = Keys.salt(value.parameter());
                rows.tokens.add(Keys.present(salt));
                rows.add(value, salt, Keys.parameter(salt), 0);
            }
        }
        return new SearchRows(
                rows.tokens.stream().mapToLong(Long::longValue).sorted().toArray(),
                new ArrayList<>(rows.texts),
                new ArrayList<>(rows.dates),
                new ArrayList<>(rows.amounts),
                new ArrayList<>(rows.links),
                rows.identifiers.stream().mapToLong(Long::longValue).toArray());
    }

    private void composite(SearchValue.Composite composite) {
        var base = composite.parameter().base();
        var expression = composite.parameter().expression();
        var overWhole = expression.equals(base) || expression.startsWith(base + " |");
        if ((overWhole && composite.element() == 0) || composite.element() > MOST_ELEMENTS) {
            return;
        }
        var salt = Keys.salt(composite.parameter());
        for (var part = 0; part < composite.parts().size(); part++) {
            var row = Keys.parameter(Keys.part(salt, part, 0));
            var hash = Keys.part(salt, part, composite.element());
            for (var value : composite.parts().get(part)) {
                add(value, hash, row, composite.element());
            }
        }
    }

    private void add(SearchValue value, long salt, int row, int element) {
        switch (value) {
            case SearchValue.Token token -> token(token, salt);
            case SearchValue.Text text -> {
                tokens.add(Keys.exact(salt, text.value()));
                texts.add(new Text(row, element, Keys.normal(text.value())));
            }
            case SearchValue.Span span ->
                    dates.add(new Date(row, element, span.low(), span.high()));
            case SearchValue.Numeric number -> amount(row, element, number.value(), 0, 0);
            case SearchValue.Quantity quantity -> quantity(quantity, row, element);
            case SearchValue.Reference reference -> {
                var target = Keys.resource(reference.type(), reference.id());
                tokens.add(Keys.reference(salt, target));
                links.add(new Link(row, target));
            }
            case SearchValue.Elsewhere elsewhere -> tokens.add(Keys.address(salt, elsewhere.url()));
            case SearchValue.Logical logical ->
                    tokens.add(Keys.logical(salt, logical.system(), logical.value()));
            case SearchValue.Uri uri -> tokens.add(Keys.uri(salt, uri.value()));
            case SearchValue.Position position -> {
                amount(row, 1, position.latitude(), 0, 0);
                amount(row, 2, position.longitude(), 0, 0);
            }
            case SearchValue.Composite _ -> {
                // Composites do not nest (FHIR R4 search, composite).
            }
        }
    }

    private void token(SearchValue.Token token, long salt) {
        if (!token.code().isEmpty()) {
            tokens.add(Keys.token(salt, token.system(), token.code()));
            tokens.add(Keys.code(salt, token.code()));
            if (token.identifier()) {
                identifiers.add(Keys.token(salt, token.system(), token.code()));
                identifiers.add(Keys.code(salt, token.code()));
            }
        }
        if (!token.system().isEmpty()) {
            tokens.add(Keys.system(salt, token.system()));
        }
    }

    private void quantity(SearchValue.Quantity quantity, int row, int element) {
        var unit = quantity.code().isEmpty() ? 0 : Keys.unit(quantity.system(), quantity.code());
        var code = quantity.code().isEmpty() ? 0 : Keys.unit(quantity.code());
        amount(row, element, quantity.value(), unit, code);
        if (!quantity.unit().isEmpty() && !quantity.unit().equals(quantity.code())) {
            amount(row, element, quantity.value(), unit, Keys.unit(quantity.unit()));
        }
    }

    private void amount(int row, int element, BigDecimal value, long unit, long code) {
        if (Math.abs(value.scale()) <= MOST_DIGITS && value.precision() <= MOST_DIGITS) {
            amounts.add(new Amount(row, element, value, unit, code));
        }
    }
}
