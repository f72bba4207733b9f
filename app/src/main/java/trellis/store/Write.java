package trellis.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/// Changes that are applied together or not at all.
///
/// @param changes no two of one resource
/// @param references what is asked of the references in them
/// @param alongside what is committed with them or not at all, such as their audit record
public record Write(List<Change> changes, References references, List<Alongside<?>> alongside) {

    /// What is asked of literal references to this store.
    public enum References {
        /// Each must lead to a resource that is there, and what is referred to is not deleted.
        ENFORCED,
        /// Any will do: a bulk load may bring the target later.
        UNCHECKED
    }

    /// Rows of another capability that belong to the same transaction.
    ///
    /// @param table where they go; rows for one table are inserted together
    /// @param rows made from what became of the changes
    public record Alongside<T>(Table<T> table, Function<List<Written>, List<T>> rows) {}

    /// Inserts rows on a connection whose transaction is under way.
    @FunctionalInterface
    public interface Table<T> {
        void insert(Connection connection, List<T> rows) throws SQLException;
    }

    public Write {
        changes = List.copyOf(changes);
        requireNonNull(references);
        alongside = List.copyOf(alongside);
    }

    /// Changes alone, whatever they refer to.
    public static Write unchecked(List<Change> changes) {
        return new Write(changes, References.UNCHECKED, List.of());
    }
}
