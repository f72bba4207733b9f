package trellis.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postgresql.PGStatement;

/// A statement in the making: text, and the values bound to its question marks, in their order.
final class Sql {
    private final StringBuilder text = new StringBuilder(400);
    private final List<Bind> binds = new ArrayList<>();
    private int named;
    private boolean planKept;

    /// A value on its way to a question mark.
    private sealed interface Bind {
        record Whole(long value) implements Bind {}

        record Exact(BigDecimal value) implements Bind {}

        record Words(String value) implements Bind {}

        record Wholes(Long[] values) implements Bind {}

        record Texts(String[] values) implements Bind {}
    }

    /// Adds text; `{0}`, `{1}` in it stand for the aliases given.
    Sql add(String more, String... aliases) {
        var filled = more;
        for (var i = 0; i < aliases.length; i++) {
            filled = filled.replace("{" + i + "}", aliases[i]);
        }
        text.append(filled);
        return this;
    }

    /// Binds the next question mark.
    Sql bind(long value) {
        binds.add(new Bind.Whole(value));
        return this;
    }

    Sql bind(BigDecimal value) {
        binds.add(new Bind.Exact(value));
        return this;
    }

    Sql bind(String value) {
        binds.add(new Bind.Words(value));
        return this;
    }

    Sql bindWholes(Collection<Long> values) {
        binds.add(new Bind.Wholes(values.toArray(Long[]::new)));
        return this;
    }

    Sql bindTexts(Collection<String> values) {
        binds.add(new Bind.Texts(values.toArray(String[]::new)));
        return this;
    }

    /// Says that one way is right whatever the values are, as when they name one patient or one number: PostgreSQL may keep
    /// the plan. Making it takes eight times as long as reading a patient by number (docs/benchmarks.md).
    Sql keepPlan() {
        planKept = true;
        return this;
    }

    /// A table alias not used yet.
    String alias() {
        return "x" + named++;
    }

    /// The statement, to be planned for its values each time unless its plan may be kept: a plan made for any values reads
    /// a whole type where one made for these reads a page.
    PreparedStatement prepare(Connection connection) throws SQLException {
        var statement = connection.prepareStatement(text.toString());
        try {
            if (!planKept) {
                statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            }
            for (var i = 0; i < binds.size(); i++) {
                switch (binds.get(i)) {
                    case Bind.Whole(var value) -> statement.setLong(i + 1, value);
                    case Bind.Exact(var value) -> statement.setBigDecimal(i + 1, value);
                    case Bind.Words(var value) -> statement.setString(i + 1, value);
                    case Bind.Wholes(var values) ->
                            statement.setArray(i + 1, connection.createArrayOf("bigint", values));
                    case Bind.Texts(var values) ->
                            statement.setArray(i + 1, connection.createArrayOf("text", values));
                }
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /// The statement that asks how this one would be done.
    Sql explained() {
        var explained = new Sql().add("explain " + text);
        explained.binds.addAll(binds);
        return explained;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
