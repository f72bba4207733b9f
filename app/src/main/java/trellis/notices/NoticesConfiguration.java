package trellis.notices;

import java.time.Clock;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import trellis.access.Throttle;

/// Puts receipts at their address. Every request there shows its token, so no other guard stands before it.
@Configuration(proxyBeanMethods = false)
class NoticesConfiguration {
    private static final String RECEIPTS = "/notify/receipts";

    /// Wrong tokens from one address: more is somebody guessing.
    private static final int WRONG_PER_SECOND = 20;

    @Bean
    ServletRegistrationBean<NoticeApi> receiptServlet(Notices notices, Clock clock) {
        var registration =
                new ServletRegistrationBean<>(
                        new NoticeApi(notices, new Throttle(WRONG_PER_SECOND, clock)), RECEIPTS);
        registration.setName("receipts");
        return registration;
    }

    @Bean
    @Order(-3)
    SecurityFilterChain receiptChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher(RECEIPTS));
    }
}
