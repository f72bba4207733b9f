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

    /// For reads that are made while another connection is held, such as those of a rule before a change: they never wait for
    /// a connection that whoever asks them holds. Named [Database#STRAIGHT].
    @Bean(name = Database.STRAIGHT, defaultCandidate = false, destroyMethod = "")
    DataSource straight(Database database) {
        return database.straight();
    }
}
