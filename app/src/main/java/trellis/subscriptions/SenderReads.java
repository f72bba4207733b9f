package trellis.subscriptions;

import java.time.Clock;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.notices.NoticeSettings;
import trellis.settings.Settings;

/// The ways to receivers.
@Component
final class SenderReads {
    private final RestHookApi hooks;
    private final Optional<MailApi> mails;
    private final SocketChanges sockets;
    private final HeaderRules headers;

    SenderReads(DataSource database, Settings settings, SocketChanges sockets, Clock clock) {
        this.headers = new HeaderRules(new SubscriptionSql(database).key(HeaderRules.key()));
        this.hooks = new RestHookApi(SubscriptionSettings.from(settings), headers);
        this.mails = NoticeSettings.from(settings).smtp().map(smtp -> new MailApi(smtp, clock));
        this.sockets = sockets;
    }

    /// What seals the headers of a channel.
    HeaderRules headers() {
        return headers;
    }

    /// The way to a receiver.
    Sender of(Wanted wanted) {
        return switch (wanted.channel().way()) {
            case REST_HOOK -> hooks;
            case EMAIL -> mails.orElseThrow();
            case WEBSOCKET -> sockets;
        };
    }
}
