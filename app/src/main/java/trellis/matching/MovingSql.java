package trellis.matching;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.store.Keys;
import trellis.store.PatientRows;
import trellis.store.PatientRows.Column;
import trellis.store.Write;

/// Gives the rows that capabilities keep of somebody outside the record to another record, and back. Which they are the
/// capabilities say themselves; what was moved is remembered row by row.
final class MovingSql {
    private final List<Column> columns;

    MovingSql(List<PatientRows> rows) {
        this.columns = rows.stream().flatMap(one -> one.columns().stream()).toList();
    }

    /// One of two records.
    record Whose(String id, Optional<String> number) {
        static Whose of(Patient patient) {
            return new Whose(patient.key(), patient.nhsNumber().map(NhsNumber::digits));
        }

        private Optional<String> value(PatientRows.By by) {
            return switch (by) {
                case ID -> Optional.of(id);
                case KEY -> Optional.of(Long.toString(Keys.resource("Patient", id)));
                case NUMBER -> number;
            };
        }
    }

    /// What a merge moves.
    record Moving(long merge, Whose from, Whose to) {}

    /// The rows of one record to the other, inside the store's own transaction.
    Write.Table<Moving> move() {
        return (connection, all) -> {
            for (var one : all) {
                for (var column : columns) {
                    move(connection, one, column);
                }
            }
        };
    }

    private static void move(Connection connection, Moving moving, Column column)
            throws SQLException {
        var from = moving.from().value(column.by());
        var to = moving.to().value(column.by());
        if (from.isEmpty() || to.isEmpty() || from.equals(to)) {
            return;
        }
        try (var statement = connection.prepareStatement(moved(column))) {
            statement.setString(1, to.get());
            statement.setString(2, from.get());
            var next = 3;
            if (column.once().isPresent()) {
                statement.setString(next++, to.get());
            }
            statement.setLong(next++, moving.merge());
            statement.setString(next++, column.place());
            statement.setString(next++, from.get());
            statement.setString(next, to.get());
            statement.executeUpdate();
        }
    }

    private static String moved(Column column) {
        return """
        with moved as (
            update %1$s t set %2$s = cast(? as %3$s)
             where t.%2$s = cast(? as %3$s)%4$s%5$s
            returning (%6$s)::text as key
        )
        insert into matching_row (merge, place, key, was, became) select ?, ?, key, ?, ? from moved
        """
                .formatted(
                        column.table(),
                        column.name(),
                        column.by().type(),
                        only(column),
                        column.once().map(once -> free(column, once, "cast(? as %s)")).orElse(""),
                        column.key());
    }

    private static String only(Column column) {
        return column.only().isEmpty() ? "" : " and (" + column.only() + ")";
    }

    /// That whoever gets a row has none like it already: it stays where it is.
    ///
    /// @param owner the value of whoever gets it
    private static String free(Column column, List<String> once, String owner) {
        return " and not exists (select 1 from %s o where o.%s = %s%s%s)"
                .formatted(
                        column.table(),
                        column.name(),
                        owner.formatted(column.by().type()),
                        column.only().isEmpty() ? "" : " and (" + column.only() + ")",
                        once.stream()
                                .map(" and o.%1$s = t.%1$s"::formatted)
                                .collect(Collectors.joining()));
    }

    /// What some merges moved, back; what belongs to somebody else by now stays there.
    Write.Table<Long> back() {
        return (connection, merges) -> {
            for (var merge : merges) {
                for (var column : columns.reversed()) {
                    try (var statement = connection.prepareStatement(returned(column))) {
                        statement.setLong(1, merge);
                        statement.setString(2, column.place());
                        statement.executeUpdate();
                    }
                }
            }
        };
    }

    private static String returned(Column column) {
        var type = column.by().type();
        return """
        update %1$s t set %2$s = cast(r.was as %3$s)
          from matching_row r
         where r.merge = ? and r.place = ? and t.%2$s = cast(r.became as %3$s)
           and (%4$s)::text = r.key%5$s%6$s
        """
                .formatted(
                        column.table(),
                        column.name(),
                        type,
                        column.key(),
                        only(column),
                        column.once()
                                .map(once -> free(column, once, "cast(r.was as %s)"))
                                .orElse(""));
    }
}
