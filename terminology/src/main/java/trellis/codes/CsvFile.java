package trellis.codes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// A list in CSV, or parted by tabs, whose first line names the columns; names of columns are compared without case.
final class CsvFile {
    private static final int MARK = 0xFEFF;
    private static final CSVFormat COMMA =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    private static final CSVFormat TAB =
            CSVFormat.TDF.builder().setHeader().setSkipHeaderRecord(true).get();

    /// One row.
    ///
    /// @param values by the name of the column in small letters
    /// @param line from 1
    record Row(String file, Map<String, String> values, long line) {
        /// What stands in a column; empty when there is no such column.
        String get(String column) {
            return values.getOrDefault(column, "").strip();
        }

        /// What must stand in a column.
        String need(String column) {
            var value = get(column);
            if (value.isEmpty()) {
                throw new Unreadable(file, line, column.toUpperCase(Locale.ROOT) + " is empty");
            }
            return value;
        }
    }

    /// What is done with each row.
    @FunctionalInterface
    interface Use {
        void row(Row row);
    }

    private CsvFile() {}

    /// The names of the columns in small letters.
    static java.util.Set<String> columns(ReleaseFiles.Entry entry) throws IOException {
        try (var reader = open(entry);
                var rows = format(reader).parse(reader)) {
            return rows.getHeaderNames().stream()
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new Unreadable(entry.name(), 1, "its first line does not name the columns");
        }
    }

    static void each(ReleaseFiles.Entry entry, Use use) throws IOException {
        try (var reader = open(entry);
                var rows = format(reader).parse(reader)) {
            for (var row : rows) {
                use.row(new Row(entry.name(), values(row), rows.getCurrentLineNumber()));
            }
        } catch (CharacterCodingException e) {
            throw new Unreadable(entry.name(), 0, "it is not in UTF-8");
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new Unreadable(entry.name(), 0, "it is no list in CSV: " + e.getMessage());
        }
    }

    private static Map<String, String> values(CSVRecord row) {
        return row.toMap().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                entry -> entry.getKey().strip().toLowerCase(Locale.ROOT),
                                Map.Entry::getValue,
                                (first, _) -> first));
    }

    private static BufferedReader open(ReleaseFiles.Entry entry) throws IOException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(entry.open(), StandardCharsets.UTF_8.newDecoder()));
        reader.mark(1);
        if (reader.read() != MARK) {
            reader.reset();
        }
        return reader;
    }

    private static CSVFormat format(BufferedReader reader) throws IOException {
        reader.mark(8192);
        var start = new char[8000];
        var count = reader.read(start, 0, start.length);
        reader.reset();
        var first = new String(start, 0, Math.max(count, 0)).lines().findFirst().orElse("");
        return first.contains("\t") ? TAB : COMMA;
    }
}
