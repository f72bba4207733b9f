package trellis.notices;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A mail server on this machine, for tests: it keeps what it is sent.
public final class MailServer implements AutoCloseable {
    private final int port = free();
    private final GreenMail mail =
            new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    public MailServer() {
        mail.start();
    }

    private static int free() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The port it listens on.
    public int port() {
        return port;
    }

    /// Settings of a server that sends by it.
    ///
    /// @param more further settings of the test's own
    public Map<String, String> environment(Map<String, String> more) {
        var all = new LinkedHashMap<>(more);
        all.put("TRELLIS_SMTP_HOST", "127.0.0.1");
        all.put("TRELLIS_SMTP_PORT", Integer.toString(port));
        all.put("TRELLIS_SMTP_TLS", "none");
        all.put("TRELLIS_SMTP_FROM", "no-reply@trellis.example");
        return all;
    }

    /// All that it was sent, in order.
    public List<MimeMessage> all() {
        return List.of(mail.getReceivedMessages());
    }

    /// What it was sent for somebody, in order.
    public List<MimeMessage> to(String address) {
        return Arrays.stream(mail.getReceivedMessages()).filter(one -> goes(one, address)).toList();
    }

    private static boolean goes(MimeMessage one, String address) {
        try {
            return one.getRecipients(Message.RecipientType.TO)[0].toString().equals(address);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// It is away from now on.
    public void stop() {
        mail.stop();
    }

    /// It is back, at the same port.
    public void startAgain() {
        mail.start();
    }

    @Override
    public void close() {
        mail.stop();
    }
}
