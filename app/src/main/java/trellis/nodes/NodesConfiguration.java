package trellis.nodes;

import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/// Puts what nodes ask at its address. Every request there proves itself, so no other guard stands before it.
@Configuration(proxyBeanMethods = false)
class NodesConfiguration {

    @Bean
    ServletRegistrationBean<NodeApi> nodeServlet(
            Nodes nodes, ObjectProvider<Nodes.Answering> capabilities, Clock clock) {
        var registration =
                new ServletRegistrationBean<>(
                        new NodeApi(nodes, capabilities, clock), NodeApi.BASE + "/*");
        registration.setName("nodes");
        return registration;
    }

    @Bean
    @Order(-5)
    SecurityFilterChain nodesChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher(NodeApi.BASE + "/**"));
    }
}
