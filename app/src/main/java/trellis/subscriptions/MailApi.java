package trellis.subscriptions;

import jakarta.activation.DataHandler;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import trellis.notices.NoticeSettings.Smtp;

/// Sends notifications by mail: a sentence for people, and where it was asked for the notification as an attachment.
final class MailApi implements Sender {
    private final Session session;
    private final String from;
    private final Clock clock;

    MailApi(Smtp smtp, Clock clock) {
        this.session = smtp.session();
        this.from = smtp.from();
        this.clock = clock;
    }

    @Override
    public Optional<String> send(Standing standing, Wanted wanted, Message message) {
        try {
            Transport.send(mail(wanted, message));
            return Optional.empty();
        } catch (MessagingException e) {
            // Its words may hold the address.
            return Optional.of("The mail server could not be had, or did not take the mail");
        }
    }

    private MimeMessage mail(Wanted wanted, Message message) throws MessagingException {
        var mail = new MimeMessage(session);
        mail.setFrom(new InternetAddress(from));
        mail.setRecipient(RecipientType.TO, new InternetAddress(wanted.channel().endpoint(), true));
        mail.setSubject("Trellis: a Subscription", "UTF-8");
        mail.setSentDate(Date.from(clock.instant()));
        // Nobody's absence note is wanted (RFC 3834).
        mail.setHeader("Auto-Submitted", "auto-generated");
        if (!wanted.channel().payload().contains(";attach=")) {
            mail.setText(message.words(), "UTF-8");
            return mail;
        }
        var words = new MimeBodyPart();
        words.setText(message.words(), "UTF-8");
        var attached = new MimeBodyPart();
        attached.setDataHandler(
                new DataHandler(new ByteArrayDataSource(message.body(), message.type())));
        attached.setFileName("notification.json");
        mail.setContent(new MimeMultipart(words, attached));
        return mail;
    }
}
