package trellis.api;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.fhir.validation.Validator;
import trellis.settings.Settings;

/// The API as part of the server: a plain servlet below MVC, because every read passes it.
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    ServletRegistrationBean<FhirServlet> fhirServlet(
            HttpRequests requests,
            Bodies bodies,
            Interactions interactions,
            Trails trails,
            NewId newId) {
        var servlet = new FhirServlet(requests, bodies, interactions, trails, newId);
        var registration = new ServletRegistrationBean<>(servlet, "/fhir/*");
        registration.setName("fhir");
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    ApiSettings apiSettings(Settings settings) {
        return ApiSettings.from(settings);
    }

    @Bean
    Validator validator() {
        return Validator.r4();
    }
}
