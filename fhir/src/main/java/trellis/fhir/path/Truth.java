package trellis.fhir.path;

import java.util.List;
import java.util.Optional;

/// FHIRPath's logic of three values: a list with one Boolean, or nothing for what is not known.
final class Truth {

    static final List<Item> TRUE = List.of(new Item.Bool(true));
    static final List<Item> FALSE = List.of(new Item.Bool(false));
    static final List<Item> UNKNOWN = List.of();

    private Truth() {}

    static List<Item> of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /// A list where a Boolean is expected: a single item that is none counts as true (FHIRPath N1,
    /// Singleton Evaluation of Collections). More than one item is an error there; here, where
    /// nothing may throw, it is unknown.
    static List<Item> in(List<Item> items) {
        if (items.size() != 1) {
            return UNKNOWN;
        }
        var value = Sort.value(items.getFirst());
        return of(!value.equals(Optional.of(new Item.Bool(false))));
    }

    static boolean isTrue(List<Item> items) {
        return in(items).equals(TRUE);
    }

    static List<Item> not(List<Item> items) {
        var truth = in(items);
        return truth.isEmpty() ? UNKNOWN : of(truth.equals(FALSE));
    }

    static List<Item> and(List<Item> left, List<Item> right) {
        var one = in(left);
        var other = in(right);
        if (one.equals(FALSE) || other.equals(FALSE)) {
            return FALSE;
        }
        return one.isEmpty() || other.isEmpty() ? UNKNOWN : TRUE;
    }

    static List<Item> or(List<Item> left, List<Item> right) {
        return not(and(not(left), not(right)));
    }
}
