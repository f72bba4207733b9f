package trellis.terminology;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.settings.Settings;

/// The settings of terminology as part of the server.
@Configuration(proxyBeanMethods = false)
class TerminologyConfiguration {

    @Bean
    TerminologySettings terminologySettings(Settings settings) {
        return TerminologySettings.from(settings);
    }
}
