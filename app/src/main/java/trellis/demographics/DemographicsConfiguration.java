package trellis.demographics;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the service at its address.
@Configuration(proxyBeanMethods = false)
class DemographicsConfiguration {

    @Bean
    PdsApi pdsApi(Demographics demographics) {
        return new PdsApi(demographics);
    }

    @Bean
    ServletRegistrationBean<PdsApi> pdsServlet(PdsApi api) {
        var registration = new ServletRegistrationBean<>(api, PdsApi.BASE + "/*");
        registration.setName("pds");
        return registration;
    }
}
