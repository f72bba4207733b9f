package trellis.summaries;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the summary service at its address.
@Configuration(proxyBeanMethods = false)
class SummariesConfiguration {

    @Bean
    ScrApi scrApi(Summaries summaries) {
        return new ScrApi(summaries);
    }

    @Bean
    ServletRegistrationBean<ScrApi> scrServlet(ScrApi api) {
        var registration = new ServletRegistrationBean<>(api, ScrApi.BASE + "/*");
        registration.setName("scr");
        return registration;
    }
}
