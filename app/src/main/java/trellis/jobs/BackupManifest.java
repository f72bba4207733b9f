package trellis.jobs;

import java.util.List;

/// What a backup holds, so that it can be checked without a database.
///
/// @param format of the file; 1 is the only one so far
/// @param trellis the version that made it
/// @param schema the version of the tables: the number of the last migration
/// @param postgres the version of the server they were in
/// @param taken when, ISO 8601 UTC
/// @param tables every table, those first that others refer to
/// @param sequences every sequence
record BackupManifest(
        int format,
        String trellis,
        String schema,
        String postgres,
        String taken,
        List<Table> tables,
        List<Sequence> sequences) {
    static final int FORMAT = 1;

    /// One table.
    ///
    /// @param bytes the size of its rows in PostgreSQL's binary COPY format
    /// @param sha256 of those bytes, in hexadecimal
    record Table(String name, List<String> columns, long rows, long bytes, String sha256) {}

    /// Where a sequence goes on.
    record Sequence(String name, long value, boolean called) {}

    /// The rows of all tables.
    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    /// The bytes of all tables.
    long bytes() {
        return tables.stream().mapToLong(Table::bytes).sum();
    }
}
