package trellis.store;

import java.util.List;
import java.util.Optional;

/// Rows outside the record that belong to somebody: which columns of a capability's own tables say whose they are. A capability
/// makes one a bean beside its SQL. When two records of one person are made one, its rows go with them in the same transaction,
/// and when that is undone those that went come back.
public interface PatientRows {

    /// The columns, in the order in which they are changed.
    List<Column> columns();

    /// The condition of [Store#write] that a merge names of both records: who gives somebody something new names it too, and looks
    /// whether the record is still in use, so that nothing is left with one that another takes the place of.
    ///
    /// @param patient id of the Patient
    static String condition(String patient) {
        return "matching " + patient;
    }

    /// What a column holds.
    enum By {
        /// The id of the Patient.
        ID("text"),
        /// The key of the Patient ([Keys]).
        KEY("bigint"),
        /// The NHS number.
        NUMBER("text");

        private final String type;

        By(String type) {
            this.type = type;
        }

        /// The column's type.
        public String type() {
            return type;
        }
    }

    /// A column.
    ///
    /// @param table its table
    /// @param key an expression that names a row, over the table as `t`
    /// @param name the column
    /// @param only a condition for the rows it concerns; empty for all
    /// @param once where a row of the other person with the same in these columns forbids that one is moved; without columns any row
    ///     does; empty when nothing does
    record Column(
            String table,
            String key,
            String name,
            By by,
            String only,
            Optional<List<String>> once) {

        /// A column of which every row can be moved.
        public static Column of(String table, String key, String name, By by) {
            return new Column(table, key, name, by, "", Optional.empty());
        }

        /// The same for some rows.
        public Column only(String condition) {
            return new Column(table, key, name, by, condition, once);
        }

        /// The same where a row of the other person may be in the way.
        public Column alone(String... columns) {
            return new Column(table, key, name, by, only, Optional.of(List.of(columns)));
        }

        /// Table and column.
        public String place() {
            return table + "." + name;
        }
    }
}
