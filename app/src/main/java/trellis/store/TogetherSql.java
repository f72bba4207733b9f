package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postgresql.jdbc.PgConnection;

/// Statements that change something, sent together and carried out in their order: one way to the database and back for all.
final class TogetherSql {
    private final StringBuilder text = new StringBuilder(1_000);
    private final List<Values> values = new ArrayList<>();

    /// What goes in the place of a question mark.
    ///
    /// @param type of one value
    /// @param array of primitive values, texts, bytes or objects
    record Values(String type, Object array) {

        static Values bigints(Collection<Long> some) {
            return new Values("bigint", some.stream().mapToLong(Long::longValue).toArray());
        }

        static Values smallints(List<Integer> some) {
            var array = new short[some.size()];
            for (var i = 0; i < array.length; i++) {
                array[i] = some.get(i).shortValue();
            }
            return new Values("smallint", array);
        }
    }

    /// Adds a statement.
    TogetherSql add(String statement, List<Values> arrays) {
        if (!text.isEmpty()) {
            text.append(";\n");
        }
        text.append(statement);
        values.addAll(arrays);
        return this;
    }

    /// Adds what others have.
    TogetherSql add(TogetherSql others) {
        return others.text.isEmpty() ? this : add(others.text.toString(), others.values);
    }

    /// Sends them.
    void go(Connection connection) throws SQLException {
        if (text.isEmpty()) {
            return;
        }
        // Of primitive values, texts and bytes the driver makes binary arrays.
        var arrays = connection.unwrap(PgConnection.class);
        try (var statement = connection.prepareStatement(text.toString())) {
            for (var i = 0; i < values.size(); i++) {
                var one = values.get(i);
                statement.setArray(i + 1, arrays.createArrayOf(one.type(), one.array()));
            }
            statement.execute();
        }
    }
}
