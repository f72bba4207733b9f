package trellis.subscriptions;

import java.time.Clock;
import javax.sql.DataSource;
import org.apache.tomcat.websocket.server.WsSci;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Askers;
import trellis.api.Supplement;
import trellis.store.Store;

/// Puts websockets at their address, and topics into the CapabilityStatement.
@Configuration(proxyBeanMethods = false)
class SubscriptionsConfiguration {

    @Bean
    ServletRegistrationBean<SocketApi> websocketServlet(
            DataSource database,
            Askers askers,
            Store store,
            WantedReads reads,
            SocketChanges sockets,
            DeliveryChanges delivery,
            Clock clock) {
        var registration =
                new ServletRegistrationBean<>(
                        new SocketApi(database, askers, store, reads, sockets, delivery, clock),
                        SocketApi.PATH);
        registration.setName("websocket");
        registration.setAsyncSupported(true);
        return registration;
    }

    /// A connection shows whose it is by its first message, so no other guard stands before it.
    @Bean
    @Order(-4)
    SecurityFilterChain websocketChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher(SocketApi.PATH));
    }

    /// Tomcat's websockets, which nothing else here needs.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> websockets() {
        return factory ->
                factory.addContextCustomizers(
                        context -> context.addServletContainerInitializer(new WsSci(), null));
    }

    @Bean
    Supplement topicsThatCanBeSubscribedTo(TopicReads topics) {
        return new Supplement() {
            @Override
            public Object state() {
                return topics.all().keySet();
            }

            @Override
            public void describe(String type, ObjectNode resource) {
                if (type.equals("Subscription")) {
                    resource.putArray("supportedProfile")
                            .add(WantedRules.GUIDE + "backport-subscription");
                    topics.all().keySet().forEach(url -> add(resource, url));
                }
            }
        };
    }

    private static void add(ObjectNode resource, String url) {
        var extensions =
                resource.get("extension") instanceof ArrayNode there
                        ? there
                        : resource.putArray("extension");
        extensions
                .addObject()
                .put("url", WantedRules.GUIDE + "capabilitystatement-subscriptiontopic-canonical")
                .put("valueCanonical", url);
    }
}
