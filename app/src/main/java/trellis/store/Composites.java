package trellis.store;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;

/// How composite parameters lie in the store: the agreement between those who write the rows and
/// those who search them.
///
/// - Element 0 of a composite over the resource itself ([#overWhole]: its expression is the resource,
///   or begins with it) is not stored: a search for it is a search for all of its parts.
/// - An **ordered** part (date, number, quantity, string) of element `e` is a row of its table, with
///   `elem = e`, under the number [#row].
/// - The **hashed** parts (token, reference, URI) of element `e` stand in `res.tok`:
///   - where the composite has an ordered part, each hash made as for a plain value, but with the
///     salt `Keys.part(Keys.salt(composite), part, e)`;
///   - where it has none, one hash [#joined] for every choice of one hash of each part, these made
///     with the salt of element 0.
public final class Composites {

    /// The element under which the latitude of a position lies among the numbers.
    static final int LATITUDE = 1;

    /// The element under which the longitude of a position lies among the numbers.
    static final int LONGITUDE = 2;

    private Composites() {}

    /// Whether the composite speaks first of the whole resource, so that element 0 is not stored.
    public static boolean overWhole(SearchParameter composite) {
        return single(composite) || composite.expression().startsWith(composite.base() + " |");
    }

    /// Whether the composite speaks of the whole resource alone, so that nothing is stored for it.
    public static boolean single(SearchParameter composite) {
        return composite.expression().equals(composite.base());
    }

    /// Whether a part of this kind is a row in an ordered table; if not, it is a hash.
    public static boolean ordered(ParameterType type) {
        return switch (type) {
            case NUMBER, DATE, STRING, QUANTITY -> true;
            case TOKEN, REFERENCE, URI, COMPOSITE, SPECIAL -> false;
        };
    }

    /// Whether the composite has an ordered part.
    public static boolean ordered(SearchParameter composite) {
        return composite.components().stream().anyMatch(c -> ordered(c.type()));
    }

    /// The number of an ordered part's rows.
    public static int row(SearchParameter composite, int part) {
        return Keys.parameter(salt(composite, part));
    }

    /// The salt of a part in element 0.
    public static long salt(SearchParameter composite, int part) {
        return Keys.part(Keys.salt(composite), part, 0);
    }

    /// Every choice with every further hash added.
    static List<List<Long>> longer(List<List<Long>> choices, Collection<Long> hashes) {
        return choices.stream()
                .flatMap(choice ->
                        hashes.stream()
                                .map(hash ->
                                        Stream.concat(choice.stream(), Stream.of(hash)).toList()))
                .toList();
    }

    /// One hash for hashes of all parts, in their order, that hold in the same element.
    public static long joined(List<Long> hashes) {
        return hashes.stream().reduce(0L, Keys::join);
    }
}
