package trellis.store;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows for one table on their way to it, each with as many values as the table has columns.
final class Rows {
    private final Table table;
    private final List<@Nullable Object> values = new ArrayList<>();
    private long bytes;

    Rows(Table table) {
        this.table = table;
    }

    /// The kinds of columns there are.
    private enum Kind {
        SMALLINT("smallint"),
        INTEGER("integer"),
        BIGINT("bigint"),
        BOOLEAN("boolean"),
        BYTEA("bytea"),
        TEXT("text"),
        NUMERIC("numeric"),
        /// An array in itself: there are none of arrays of different lengths, so each goes as text.
        BIGINTS("text");

        private final String sent;

        Kind(String sent) {
            this.sent = sent;
        }

        static Kind of(String type) {
            return type.equals("bigint[]") ? BIGINTS : valueOf(type.toUpperCase(Locale.ROOT));
        }
    }

    private record Column(String name, Kind kind) {}

    /// A table and some of its columns.
    static final class Table {
        private final String name;
        private final List<Column> columns;
        private final String insert;

        private Table(String name, List<Column> columns) {
            this.name = name;
            this.columns = columns;
            this.insert = insert(name, columns);
        }

        /// @param columns each as `name type`
        static Table of(String name, String... columns) {
            return new Table(
                    name,
                    Arrays.stream(columns)
                            .map(column -> column.split(" ", 2))
                            .map(parts -> new Column(parts[0], Kind.of(parts[1])))
                            .toList());
        }

        private static String insert(String name, List<Column> columns) {
            var names = names(columns);
            var given =
                    columns.stream()
                            .map(column ->
                                    "u."
                                            + column.name()
                                            + (column.kind() == Kind.BIGINTS ? "::bigint[]" : ""))
                            .collect(Collectors.joining(", "));
            var arrays =
                    columns.stream()
                            .map(column -> "?::" + column.kind().sent + "[]")
                            .collect(Collectors.joining(", "));
            return "insert into %s (%s) select %s from unnest(%s) as u (%s)"
                    .formatted(name, names, given, arrays, names);
        }

        private static String names(List<Column> columns) {
            return columns.stream().map(Column::name).collect(Collectors.joining(", "));
        }

        /// With the names of its columns.
        String copied() {
            return name + " (" + names(columns) + ")";
        }
    }

    /// How many bytes its `bytea` take.
    long bytes() {
        return bytes;
    }

    int size() {
        return values.size() / table.columns.size();
    }

    Table table() {
        return table;
    }

    Rows smallint(int value) {
        return add((short) value);
    }

    Rows integer(int value) {
        return add(value);
    }

    Rows bigint(long value) {
        return add(value);
    }

    Rows bigint(OptionalLong value) {
        return add(value.isPresent() ? value.getAsLong() : null);
    }

    Rows bool(boolean value) {
        return add(value);
    }

    Rows bytes(byte[] value) {
        bytes += value.length;
        return add(value);
    }

    Rows text(String value) {
        return add(value);
    }

    Rows bigints(long[] value) {
        return add(value);
    }

    Rows numeric(BigDecimal value) {
        return add(value);
    }

    private Rows add(@Nullable Object value) {
        values.add(value);
        return this;
    }

    /// Adds the statement that inserts them, with an array for each column.
    void insert(TogetherSql together) {
        var arrays = new ArrayList<TogetherSql.Values>();
        for (var i = 0; i < table.columns.size(); i++) {
            var kind = table.columns.get(i).kind();
            arrays.add(new TogetherSql.Values(kind.sent, array(kind, i)));
        }
        together.add(table.insert, arrays);
    }

    private Object array(Kind kind, int column) {
        var rows = size();
        return switch (kind) {
            case SMALLINT -> {
                var array = new short[rows];
                for (var i = 0; i < rows; i++) {
                    array[i] = (short) value(i, column);
                }
                yield array;
            }
            case INTEGER -> {
                var array = new int[rows];
                for (var i = 0; i < rows; i++) {
                    array[i] = (int) value(i, column);
                }
                yield array;
            }
            case BIGINT -> fill(new Long[rows], column);
            case BOOLEAN -> fill(new Boolean[rows], column);
            case BYTEA -> fill(new byte[rows][], column);
            case TEXT -> fill(new String[rows], column);
            case NUMERIC -> fill(new BigDecimal[rows], column);
            case BIGINTS -> {
                var array = new String[rows];
                for (var i = 0; i < rows; i++) {
                    array[i] = literal((long[]) value(i, column));
                }
                yield array;
            }
        };
    }

    private Object value(int row, int column) {
        return requireNonNull(values.get(row * table.columns.size() + column));
    }

    private <T> T[] fill(T[] array, int column) {
        for (var i = 0; i < array.length; i++) {
            Array.set(array, i, values.get(i * table.columns.size() + column));
        }
        return array;
    }

    private static String literal(long[] values) {
        var text = new StringBuilder(values.length * 21 + 2).append('{');
        for (var i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ",").append(values[i]);
        }
        return text.append('}').toString();
    }

    /// The same in the form of COPY.
    CopyRows copied() {
        var copied = new CopyRows(table.columns.size());
        for (var i = 0; i < values.size(); i++) {
            var column = table.columns.get(i % table.columns.size());
            if (i % table.columns.size() == 0) {
                copied.row();
            }
            copy(copied, column.kind(), values.get(i));
        }
        return copied;
    }

    private static void copy(CopyRows to, Kind kind, @Nullable Object value) {
        if (value == null) {
            to.nothing();
            return;
        }
        switch (kind) {
            case SMALLINT -> to.smallint((short) value);
            case INTEGER -> to.integer((int) value);
            case BIGINT -> to.bigint((long) value);
            case BOOLEAN -> to.bool((boolean) value);
            case BYTEA -> to.bytes((byte[]) value);
            case TEXT -> to.text((String) value);
            case NUMERIC -> to.numeric((BigDecimal) value);
            case BIGINTS -> to.bigints((long[]) value);
        }
    }
}
