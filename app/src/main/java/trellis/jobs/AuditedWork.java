package trellis.jobs;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Tokens;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.settings.Settings;
import trellis.store.Database;
import trellis.store.StoreSettings;

/// What commands about accounts and tokens stand on: the database, whether or not a server runs on
/// it, and the audit. Whoever can read the data folder may do this; nobody else can.
public final class AuditedWork implements AutoCloseable {
    private final String command;
    private final Clock clock = Clock.systemUTC();
    private final Database database;
    private final AuditLog log;

    /// @param command whose work it is
    public AuditedWork(String command, Settings settings) {
        this.command = command;
        this.database = Database.open(StoreSettings.from(settings));
        this.log = new AuditLog(database.dataSource());
    }

    /// The database it stands on.
    public DataSource database() {
        return database.dataSource();
    }

    /// The time.
    public Clock clock() {
        return clock;
    }

    Accounts accounts() {
        return new Accounts(database.dataSource());
    }

    Tokens tokens() {
        return new Tokens(database.dataSource(), clock);
    }

    Instant now() {
        return clock.instant();
    }

    /// Writes down what has been done, before its result is said.
    ///
    /// @param what in a few words, with the sign-in name or number it is about
    public void done(String what) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        Caller.command(command),
                        AuditEntry.Action.EXECUTE,
                        what,
                        AuditEntry.Target.NONE,
                        List.of(),
                        0,
                        AuditEntry.Source.HERE));
    }

    @Override
    public void close() {
        log.close();
        database.close();
    }
}
