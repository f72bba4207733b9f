package trellis.profiles;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.settings.Settings;

/// The settings of profiles as part of the server.
@Configuration(proxyBeanMethods = false)
class ProfilesConfiguration {

    @Bean
    ProfileSettings profileSettings(Settings settings) {
        return ProfileSettings.from(settings);
    }
}
