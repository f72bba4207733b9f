package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.store.TestDatabase;

/// A backup is taken, damaged, and put back, on real databases.
class BackupIT {
    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    @TempDir private Path folder;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Console console =
            new Console(
                    new PrintStream(said, true, StandardCharsets.UTF_8),
                    new PrintStream(said, true, StandardCharsets.UTF_8),
                    false);
    private TestDatabase one;
    private TestDatabase other;

    @BeforeEach
    void openTwo() {
        one = TestDatabase.fresh();
        other = TestDatabase.fresh();
        fill(one);
    }

    @AfterEach
    void closeTwo() {
        one.close();
        other.close();
    }

    @Test
    void every_row_of_every_table_comes_back_and_sequences_go_on() throws Exception {
        var manifest = backup("node.backup");
        assertThat(manifest.taken()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(manifest.tables())
                .extracting(BackupManifest.Table::name)
                .contains("res", "hist", "loc", "ix_string")
                .containsSubsequence("account", "bearer_token")
                .doesNotContain("flyway_schema_history");

        restore("node.backup", false);

        for (var table : manifest.tables()) {
            assertThat(content(other, table.name())).isEqualTo(content(one, table.name()));
        }
        assertThat(count(other, "res")).isEqualTo(400);
        assertThat(number(other, "select nextval('rid_block')"))
                .isEqualTo(number(one, "select nextval('rid_block')"));
        assertThat(number(other, "select count(*) from pg_indexes where schemaname = 'public'"))
                .isEqualTo(
                        number(one, "select count(*) from pg_indexes where schemaname = 'public'"));
        assertThat(number(other, "select count(*) from pg_namespace where nspname = 'restoring'"))
                .isZero();
        assertThat(count(other, "flyway_schema_history"))
                .isEqualTo(count(one, "flyway_schema_history"));
    }

    @Test
    void what_is_written_while_the_backup_runs_is_not_half_in_it() throws Exception {
        try (var sql = new BackupSql(one.dataSource())) {
            update(one, "delete from hist");
            update(one, "insert into loc values (9, 999999, 9, 999999)");
            var bytes = new ByteArrayOutputStream();
            assertThat(sql.copy("hist", List.of("rid", "ver"), bytes)).isEqualTo(100);
            assertThat(sql.copy("loc", List.of("key"), bytes)).isEqualTo(400);
        }
    }

    @Test
    void a_damaged_file_is_refused_before_anything_is_touched() throws Exception {
        backup("node.backup");
        var file = folder.resolve("node.backup");
        var whole = Files.readAllBytes(file);
        update(other, "insert into loc values (1, 2, 3, 4)");
        for (int at : new int[] {0, 9, whole.length / 3, whole.length / 2, whole.length - 3}) {
            var broken = whole.clone();
            broken[at] ^= 0x20;
            Files.write(file, broken);
            assertThatThrownBy(() -> restore("node.backup", true))
                    .as("byte %d", at)
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("nothing was changed");
        }
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> restore("node.backup", true)).isInstanceOf(CommandFailed.class);
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> restore("node.backup", true)).isInstanceOf(CommandFailed.class);
        assertThat(number(other, "select key from loc")).isEqualTo(2);
    }

    @Test
    void a_database_that_holds_something_is_replaced_only_when_that_is_said() throws Exception {
        backup("node.backup");
        update(other, "insert into loc values (1, 2, 3, 4)");
        assertThatThrownBy(() -> restore("node.backup", false))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("rows in loc")
                .hasMessageContaining("--replace");
        restore("node.backup", true);
        assertThat(count(other, "loc")).isEqualTo(400);
    }

    @Test
    void a_restore_that_fails_half_way_leaves_what_was_there() throws Exception {
        backup("node.backup");
        var file = folder.resolve("node.backup");
        var manifest = Restore.verify(file, console);
        update(other, "insert into loc values (1, 2, 3, 4)");
        // Changed between the check and the load.
        update(one, "delete from hist where rid < 10");
        Files.delete(file);
        backup("node.backup");
        assertThatThrownBy(() -> new Restore(other.database(), console).from(file, manifest, true))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("changed while it was read");
        assertThat(number(other, "select key from loc")).isEqualTo(2);
        assertThat(number(other, "select count(*) from pg_namespace where nspname = 'restoring'"))
                .isZero();
    }

    @Test
    void an_existing_file_is_never_overwritten_and_a_missing_folder_leaves_nothing()
            throws IOException {
        Files.writeString(folder.resolve("precious"), "x");
        assertThatThrownBy(() -> backup("precious"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> backup("no/such/folder"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("cannot be written");
        assertThatThrownBy(() -> restore("missing", true))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("There is no file");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    private BackupManifest backup(String name) throws Exception {
        return new Backup(one.database(), console, NOON).to(folder.resolve(name));
    }

    private void restore(String name, boolean replace) throws Exception {
        var file = folder.resolve(name);
        var manifest = Restore.verify(file, console);
        new Restore(other.database(), console).from(file, manifest, replace);
    }

    /// Some hundreds of rows in the tables of the store and of accounts.
    private static void fill(TestDatabase database) {
        update(
                database,
                "insert into loc select n % 7, n, n % 3, n from generate_series(1, 400) n");
        update(
                database,
                """
                insert into res (shard, rid, rtype, ver, upd, patient, key, deleted, splice, fid,
                                 hash, body, tok)
                select n % 3, n, 1, 1, n, n, n, false, 1, 'id-' || n, sha256('h'),
                       convert_to(repeat('é' || n, 50), 'UTF8'), array[n, -n, null]
                  from generate_series(1, 400) n
                """);
        update(
                database,
                """
                insert into hist (shard, rid, ver, upd, deleted, splice, body, rtype, patient, tok)
                select n % 3, n, 1, n, true, 0, '', 1, n, array[n] from generate_series(1, 100) n
                """);
        update(
                database,
                """
                insert into ix_string (shard, rid, param, elem, value)
                select 1, n, 2, 0, 'tab' || chr(9) || 'line' || chr(10) || '\\N' || n
                  from generate_series(1, 200) n
                """);
        update(
                database,
                "insert into ix_number (shard, rid, param, elem, value, unit, code) select 1, n, 3,"
                        + " 0, n * 1.500, 0, 0 from generate_series(1, 50) n");
        update(database, "select setval('rid_block', 4711)");
    }

    private static void update(TestDatabase database, String sql) {
        if (sql.startsWith("select")) {
            JdbcClient.create(database.dataSource()).sql(sql).query(Long.class).single();
        } else {
            JdbcClient.create(database.dataSource()).sql(sql).update();
        }
    }

    private static long count(TestDatabase database, String table) {
        return number(database, "select count(*) from " + table);
    }

    private static long number(TestDatabase database, String sql) {
        return JdbcClient.create(database.dataSource()).sql(sql).query(Long.class).single();
    }

    private static List<String> content(TestDatabase database, String table) {
        return JdbcClient.create(database.dataSource())
                .sql("select t::text from " + table + " t order by 1")
                .query(String.class)
                .list();
    }
}
