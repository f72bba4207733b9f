package trellis.documents;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the record locator at its address.
@Configuration(proxyBeanMethods = false)
class DocumentsConfiguration {

    @Bean
    NrlApi nrlApi(Documents documents) {
        return new NrlApi(documents);
    }

    @Bean
    ServletRegistrationBean<NrlApi> nrlServlet(NrlApi api) {
        var registration = new ServletRegistrationBean<>(api, NrlApi.BASE + "/*");
        registration.setName("nrl");
        return registration;
    }
}
