package trellis.jobs;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.api.Intake;
import trellis.api.Transaction;
import trellis.store.Store;

/// What jobs stand on.
@Configuration(proxyBeanMethods = false)
class JobsConfiguration {

    @Bean
    LoadingParts loadingParts(
            Transaction transaction, Intake intake, Store store, DataSource database, Clock clock) {
        return new LoadingParts(transaction, intake, store, database, clock);
    }
}
