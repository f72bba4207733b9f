package trellis.store;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.settings.Settings;

/// The store as the server's parts get it.
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean(destroyMethod = "close")
    PostgresStore store(Database database, Clock clock) {
        return PostgresStore.on(database.dataSource(), database.straight(), clock);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Catalogue catalogue(Settings settings) {
        return new Catalogue(TextSettings.from(settings));
    }

    @Bean
    Preparation preparation(Catalogue catalogue) {
        return new Preparation(catalogue);
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    Reindexing reindexing(
            PostgresStore store, Database database, Catalogue catalogue, Preparation preparation) {
        return new Reindexing(store, database.dataSource(), catalogue, preparation);
    }
}
