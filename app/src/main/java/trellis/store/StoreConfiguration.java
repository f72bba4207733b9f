package trellis.store;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The store as the server's parts get it.
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean(destroyMethod = "close")
    PostgresStore store(DataSource source, Clock clock) {
        return PostgresStore.on(source, clock);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Preparation preparation() {
        return new Preparation();
    }
}
