package trellis.notices;

import trellis.notices.NoticeRules.Outside;

/// What takes a notice out of Trellis. It gets one fixed sentence and never what waits.
sealed interface Carrier permits MailCarrier, TextCarrier {

    /// Hands it over.
    ///
    /// @param to mail address or mobile number
    /// @param reference the same for each try, so that a carrier that knows it does not send it twice
    /// @param again whether it may have been handed over before, and nobody knows
    /// @return accepted, faltered or rejected
    Delivery.Event carry(String to, Outside what, String reference, boolean again);
}
