package trellis.store;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import trellis.fhir.search.SearchValue;
import trellis.fhir.search.Units;
import trellis.store.SearchRows.Amount;
import trellis.store.SearchRows.Date;
import trellis.store.SearchRows.Link;
import trellis.store.SearchRows.Related;
import trellis.store.SearchRows.Term;
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
    private final Set<Term> terms = new LinkedHashSet<>();
    private OptionalLong dated = OptionalLong.empty();

    private final long patient;

    private RowsOf(long patient) {
        this.patient = patient;
    }

    /// @param patient the key of the patient whose record it is of; 0 for none
    static SearchRows values(
            List<SearchValue> values,
            long patient,
            List<Related> relationships,
            List<SearchRows.Words> words) {
        var rows = new RowsOf(patient);
        for (var value : values) {
            if (value instanceof SearchValue.Composite composite) {
                rows.composite(composite);
            } else {
                rows.plain(value);
            }
        }
        return new SearchRows(
                rows.tokens.stream().mapToLong(Long::longValue).sorted().toArray(),
                new ArrayList<>(rows.texts),
                new ArrayList<>(rows.dates),
                new ArrayList<>(rows.amounts),
                new ArrayList<>(rows.links),
                rows.identifiers.stream().mapToLong(Long::longValue).toArray(),
                new ArrayList<>(rows.terms),
                words,
                relationships,
                rows.dated);
    }

    private void plain(SearchValue value) {
        var salt = Keys.salt(value.parameter());
        var row = Keys.parameter(salt);
        if (!Composites.ordered(value.parameter().type())) {
            tokens.add(Keys.present(salt));
        }
        hash(value, salt, tokens);
        order(value, row, 0);
        switch (value) {
            case SearchValue.Text text -> tokens.add(Keys.exact(salt, text.value()));
            case SearchValue.Reference reference -> {
                if (!Links.elsewhere(reference.parameter(), reference.type())) {
                    links.add(new Link(row, Keys.resource(reference.type(), reference.id())));
                }
            }
            case SearchValue.Token token -> {
                if (token.identifier()) {
                    identifiers.add(Keys.token(salt, token.system(), token.code()));
                    identifiers.add(Keys.code(salt, token.code()));
                }
                if (patient != 0 && RecordCodes.has(value.parameter())) {
                    inRecord(token, salt);
                }
            }
            case SearchValue.Label(_, var text) -> {
                var normal = Keys.normal(text);
                if (!normal.isEmpty()) {
                    var hash = Keys.label(salt, normal);
                    tokens.add(hash);
                    terms.add(new Term(row, normal, hash));
                }
            }
            case SearchValue.Span span -> {
                if (RecordDates.has(span.parameter())) {
                    dated = OptionalLong.of(span.low());
                }
            }
            case SearchValue.Typed(_, var system, var code, var id) ->
                    tokens.add(Keys.typed(salt, system, code, id));
            case SearchValue.Uri(_, var uri) ->
                    Uris.above(uri).forEach(prefix -> tokens.add(Keys.below(salt, prefix)));
            case SearchValue.Elsewhere(_, var url) ->
                    Versions.above(url).forEach(cut -> tokens.add(Keys.below(salt, cut)));
            case SearchValue.Numeric _,
                    SearchValue.Quantity _,
                    SearchValue.Logical _,
                    SearchValue.Position _,
                    SearchValue.Composite _ -> {}
        }
    }

    private void inRecord(SearchValue.Token token, long salt) {
        if (!token.code().isEmpty()) {
            var whole = Keys.token(salt, token.system(), token.code());
            tokens.add(RecordCodes.joined(patient, whole));
            tokens.add(RecordCodes.joined(patient, Keys.code(salt, token.code())));
        }
    }

    /// What lies where is agreed in [Composites].
    private void composite(SearchValue.Composite composite) {
        var parameter = composite.parameter();
        var element = composite.element();
        if ((Composites.overWhole(parameter) && element == 0) || element > MOST_ELEMENTS) {
            return;
        }
        var hasOrder = Composites.ordered(parameter);
        List<List<Long>> choices = List.of(List.of());
        for (var part = 0; part < composite.parts().size(); part++) {
            var salt = Keys.part(Keys.salt(parameter), part, hasOrder ? element : 0);
            var hashes = new LinkedHashSet<Long>();
            for (var value : composite.parts().get(part)) {
                hash(value, salt, hashes);
                order(value, Composites.row(parameter, part), element);
            }
            if (hasOrder) {
                tokens.addAll(hashes);
            } else {
                choices = Composites.longer(choices, hashes);
            }
        }
        if (!hasOrder) {
            choices.forEach(choice -> tokens.add(Composites.joined(choice)));
        }
    }

    /// The hashes by which a value is compared for equality.
    private static void hash(SearchValue value, long salt, Set<Long> hashes) {
        switch (value) {
            case SearchValue.Token token -> {
                if (!token.code().isEmpty()) {
                    hashes.add(Keys.token(salt, token.system(), token.code()));
                    hashes.add(Keys.code(salt, token.code()));
                }
                if (!token.system().isEmpty()) {
                    hashes.add(Keys.system(salt, token.system()));
                }
            }
            case SearchValue.Reference reference ->
                    hashes.add(
                            Keys.reference(salt, Keys.resource(reference.type(), reference.id())));
            case SearchValue.Elsewhere elsewhere -> hashes.add(Keys.address(salt, elsewhere.url()));
            case SearchValue.Logical logical ->
                    hashes.add(Keys.logical(salt, logical.system(), logical.value()));
            case SearchValue.Uri uri -> hashes.add(Keys.uri(salt, uri.value()));
            case SearchValue.Label _,
                    SearchValue.Typed _,
                    SearchValue.Text _,
                    SearchValue.Span _,
                    SearchValue.Numeric _,
                    SearchValue.Quantity _,
                    SearchValue.Position _,
                    SearchValue.Composite _ -> {}
        }
    }

    /// The rows by which a value is compared in order.
    private void order(SearchValue value, int row, int element) {
        switch (value) {
            case SearchValue.Text text ->
                    texts.add(new Text(row, element, Keys.normal(text.value())));
            case SearchValue.Span span ->
                    dates.add(new Date(row, element, span.low(), span.high()));
            case SearchValue.Numeric number -> amount(row, element, number.value(), 0, 0);
            case SearchValue.Quantity quantity -> quantity(quantity, row, element);
            case SearchValue.Position position -> {
                amount(row, Composites.LATITUDE, position.latitude(), 0, 0);
                amount(row, Composites.LONGITUDE, position.longitude(), 0, 0);
            }
            case SearchValue.Token _,
                    SearchValue.Label _,
                    SearchValue.Typed _,
                    SearchValue.Reference _,
                    SearchValue.Elsewhere _,
                    SearchValue.Logical _,
                    SearchValue.Uri _,
                    SearchValue.Composite _ -> {}
        }
    }

    private void quantity(SearchValue.Quantity quantity, int row, int element) {
        var unit = quantity.code().isEmpty() ? 0 : Keys.unit(quantity.system(), quantity.code());
        var code = quantity.code().isEmpty() ? 0 : Keys.unit(quantity.code());
        amount(row, element, quantity.value(), unit, code);
        if (!quantity.unit().isEmpty() && !quantity.unit().equals(quantity.code())) {
            amount(row, element, quantity.value(), unit, Keys.unit(quantity.unit()));
        }
        if (quantity.system().equals(Units.UCUM) && isIndexed(quantity.value())) {
            Units.ucum()
                    .scale(quantity.code())
                    .filter(scale -> !scale.unit().equals(quantity.code()))
                    .ifPresent(scale ->
                            amount(
                                    Keys.canonical(row),
                                    element,
                                    scale.of(quantity.value()),
                                    Keys.unit(Units.UCUM, scale.unit()),
                                    0));
        }
    }

    private void amount(int row, int element, BigDecimal value, long unit, long code) {
        if (isIndexed(value)) {
            amounts.add(new Amount(row, element, value, unit, code));
        }
    }

    private static boolean isIndexed(BigDecimal value) {
        return Math.abs(value.scale()) <= MOST_DIGITS && value.precision() <= MOST_DIGITS;
    }
}
