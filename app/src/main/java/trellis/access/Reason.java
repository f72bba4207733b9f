package trellis.access;

import java.util.Arrays;
import java.util.Optional;

/// Why somebody opens a record without a relationship, or a sealed part of it.
public enum Reason {
    /// Life or limb.
    EMERGENCY("emergency", "Emergency care"),
    /// Asked for an opinion or to take over.
    ASKED("asked", "Asked by a colleague who treats the patient"),
    /// In front of them.
    HERE("here", "The patient is here, and their referral or admission is not recorded yet"),
    /// The person said so.
    CONSENT("consent", "The patient asked me to"),
    /// Harm to them or others.
    SAFEGUARDING("safeguarding", "Safeguarding"),
    /// Anything else, in words.
    OTHER("other", "Another reason");

    private final String code;
    private final String words;

    Reason(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /// As it is stored and sent.
    public String code() {
        return code;
    }

    /// As people read it.
    public String words() {
        return words;
    }

    /// The reason with this code.
    public static Optional<Reason> of(String code) {
        return Arrays.stream(values()).filter(reason -> reason.code.equals(code)).findFirst();
    }
}
