package trellis.api;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import trellis.fhir.validation.Validator;
import trellis.settings.Settings;
import trellis.store.Foreground;
import trellis.store.Preparation;
import trellis.store.Store;

/// The API as part of the server: a plain servlet below MVC, because every read passes it.
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    ServletRegistrationBean<FhirServlet> fhirServlet(
            HttpRequests requests,
            Bodies bodies,
            Interactions interactions,
            Trails trails,
            NewId newId,
            Deferring deferring,
            InteractionTimes times) {
        var servlet =
                new FhirServlet(requests, bodies, interactions, trails, newId, deferring, times);
        var registration = new ServletRegistrationBean<>(servlet, "/fhir/*");
        registration.setName("fhir");
        registration.setLoadOnStartup(1);
        return registration;
    }

    /// Tomcat answers by [RejectedRequests] what it does not let through.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> rejections() {
        return factory ->
                factory.addContextCustomizers(context ->
                        ((StandardHost) context.getParent())
                                .setErrorReportValveClass(RejectedRequests.class.getName()));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> serving(Foreground foreground) {
        return factory -> factory.addEngineValves(new ServingValve(foreground));
    }

    @Bean
    ApiSettings apiSettings(Settings settings) {
        return ApiSettings.from(settings);
    }

    @Bean
    MetaChange metaAdd(
            Store store,
            Narrowing narrowing,
            Intake intake,
            Preparation preparation,
            ApiSettings settings) {
        return new MetaChange(true, store, narrowing, intake, preparation, settings);
    }

    @Bean
    MetaChange metaDelete(
            Store store,
            Narrowing narrowing,
            Intake intake,
            Preparation preparation,
            ApiSettings settings) {
        return new MetaChange(false, store, narrowing, intake, preparation, settings);
    }

    @Bean
    Validator validator() {
        return Validator.r4();
    }
}
