package trellis.store;

import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Connections for everything that stands on the database. The database itself is opened before
/// Spring starts, so that a refusal is one sentence.
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /// Closed by the database, after everybody who uses it.
    @Bean(destroyMethod = "")
    DataSource dataSource(Database database) {
        return database.dataSource();
    }
}
