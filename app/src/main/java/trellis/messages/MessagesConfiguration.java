package trellis.messages;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/// Puts the message exchange at its addresses. Every request there proves itself, so no other guard stands before it.
@Configuration(proxyBeanMethods = false)
class MessagesConfiguration {

    @Bean
    ServletRegistrationBean<MeshApi> meshServlet(Messages messages) {
        var registration =
                new ServletRegistrationBean<>(
                        new MeshApi(messages), "/messageexchange/*", "/endpointlookup/*");
        registration.setName("mesh");
        return registration;
    }

    @Bean
    @Order(-4)
    SecurityFilterChain meshChain() {
        var paths = PathPatternRequestMatcher.withDefaults();
        return new DefaultSecurityFilterChain(
                new OrRequestMatcher(
                        paths.matcher("/messageexchange/**"), paths.matcher("/endpointlookup/**")));
    }
}
