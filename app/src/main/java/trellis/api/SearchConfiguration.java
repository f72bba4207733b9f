package trellis.api;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What searching needs of the running program.
@Configuration(proxyBeanMethods = false)
class SearchConfiguration {

    @Bean
    SearchCursors searchCursors(SearchKeySql keys) {
        return new SearchCursors(keys.key());
    }
}
