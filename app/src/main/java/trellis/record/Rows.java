package trellis.record;

import java.util.List;
import java.util.function.Function;
import trellis.page.StaffFormat;

/// Some rows of a list and how many there are in all: no list is shown without saying so.
///
/// @param rows the rows shown
/// @param total how many there are, at least the rows shown
record Rows<T>(List<T> rows, int total) {

    Rows {
        rows = List.copyOf(rows);
        total = Math.max(total, rows.size());
    }

    /// The first of a whole list.
    static <T> Rows<T> first(int most, List<T> all) {
        return new Rows<>(all.subList(0, Math.min(most, all.size())), all.size());
    }

    <R> Rows<R> map(Function<? super T, ? extends R> view) {
        return new Rows<>(rows.stream().<R>map(view).toList(), total);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /// Whether there are rows that are not shown.
    boolean more() {
        return rows.size() < total;
    }

    /// `10 of 230 shown`.
    String shown() {
        return StaffFormat.shown(rows.size(), total);
    }
}
