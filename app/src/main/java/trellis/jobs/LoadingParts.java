package trellis.jobs;

import java.time.Clock;
import javax.sql.DataSource;
import trellis.api.Intake;
import trellis.api.Transaction;
import trellis.store.Store;

/// What a load needs of the program.
record LoadingParts(
        Transaction transaction, Intake intake, Store store, DataSource database, Clock clock) {}
