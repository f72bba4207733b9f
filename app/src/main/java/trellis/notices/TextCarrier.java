package trellis.notices;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.notices.NoticeRules.Outside;
import uk.gov.service.notify.NotificationClient;
import uk.gov.service.notify.NotificationClientException;

/// Texts by GOV.UK Notify. Whether a text was handed over already is asked by its reference before it is sent again.
///
/// @param client of the service
/// @param template whose only content is `((text))`
record TextCarrier(NotificationClient client, String template) implements Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(TextCarrier.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WRONG = 400;

    static TextCarrier of(NoticeSettings.Texts texts) {
        return new TextCarrier(new NotificationClient(texts.key(), texts.url()), texts.template());
    }

    @Override
    public Delivery.Event carry(String to, Outside what, String reference, boolean again) {
        // The client knows no time limit. A virtual thread that waits for a socket ends when it is
        // interrupted.
        var work = new FutureTask<Delivery.Event>(() -> send(to, what, reference, again));
        Thread.ofVirtual().name("text").start(work);
        try {
            return work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            work.cancel(true);
        } catch (ExecutionException e) {
            LOG.warn("the text service failed: {}", String.valueOf(e.getCause()).split(":")[0]);
        } catch (InterruptedException e) {
            work.cancel(true);
            Thread.currentThread().interrupt();
        }
        return new Delivery.Event.Faltered();
    }

    private Delivery.Event send(String to, Outside what, String reference, boolean again) {
        try {
            if (again
                    && !client.getNotifications("", "sms", reference, "")
                            .getNotifications()
                            .isEmpty()) {
                return new Delivery.Event.Accepted();
            }
            client.sendSms(template, to, Map.of("text", what.text()), reference);
            return new Delivery.Event.Accepted();
        } catch (NotificationClientException e) {
            LOG.warn("the text service answered {}", e.getHttpResult());
            return e.getHttpResult() == WRONG
                    ? new Delivery.Event.Rejected()
                    : new Delivery.Event.Faltered();
        }
    }
}
