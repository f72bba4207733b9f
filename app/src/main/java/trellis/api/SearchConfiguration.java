package trellis.api;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What searching needs of the running program.
@Configuration(proxyBeanMethods = false)
class SearchConfiguration {

    @Bean
    SearchCursors searchCursors(JdbcClient db) {
        return new SearchCursors(new SearchKeySql(db).key());
    }
}
