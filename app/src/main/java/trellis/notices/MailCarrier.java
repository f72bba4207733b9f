package trellis.notices;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.util.Date;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.notices.NoticeRules.Outside;

/// Mail over SMTP. The Message-ID is the same for each try, by which mail programs tell one mail that came twice.
///
/// @param session how the server is reached
/// @param from the address mails come from
/// @param clock for the date of a mail
record MailCarrier(Session session, String from, Clock clock) implements Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(MailCarrier.class);
    private static final int FOR_EVER = 500;

    /// @throws trellis.settings.SettingsRefused when the file of certificates cannot be read
    static MailCarrier of(NoticeSettings.Smtp smtp, Clock clock) {
        return new MailCarrier(smtp.session(), smtp.from(), clock);
    }

    @Override
    public Delivery.Event carry(String to, Outside what, String reference, boolean again) {
        try {
            Transport.send(mail(to, what, reference));
            return new Delivery.Event.Accepted();
        } catch (SendFailedException e) {
            LOG.debug("a mail was not taken: {}", e.getClass().getName());
            return forEver(e) ? new Delivery.Event.Rejected() : new Delivery.Event.Faltered();
        } catch (MessagingException e) {
            // Its words may hold the address.
            LOG.warn("the mail server could not be had: {}", e.getClass().getName());
            return new Delivery.Event.Faltered();
        }
    }

    private MimeMessage mail(String to, Outside what, String reference) throws MessagingException {
        var mail =
                new MimeMessage(session) {
                    @Override
                    protected void updateMessageID() throws MessagingException {
                        setHeader(
                                "Message-ID",
                                "<" + reference + from.substring(from.indexOf('@')) + ">");
                    }
                };
        mail.setFrom(new InternetAddress(from));
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
        mail.setSubject(what.subject(), "UTF-8");
        mail.setText(what.text() + "\r\n", "UTF-8");
        mail.setSentDate(Date.from(clock.instant()));
        // Nobody's absence note is wanted (RFC 3834).
        mail.setHeader("Auto-Submitted", "auto-generated");
        return mail;
    }

    /// Whether the server will never take it: an answer of the 5xx kind about the address or the content.
    private static boolean forEver(SendFailedException failed) {
        Exception cause = failed;
        while (cause instanceof MessagingException one) {
            if (one instanceof SMTPAddressFailedException address) {
                return address.getReturnCode() >= FOR_EVER;
            }
            if (one instanceof SMTPSendFailedException send && send.getReturnCode() >= FOR_EVER) {
                return true;
            }
            cause = one.getNextException();
        }
        return false;
    }
}
