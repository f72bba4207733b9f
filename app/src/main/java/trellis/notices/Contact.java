package trellis.notices;

import java.util.Optional;
import java.util.Set;
import trellis.notices.Notice.Channel;
import trellis.notices.NoticeRules.Language;

/// How somebody can be told.
///
/// @param person whether they are here about themselves, and not as staff
/// @param mail their mail address; empty when none is known
/// @param mobile their mobile number, such as `+447700900123`; empty when none is known
/// @param language of what is sent
/// @param refused ways outside that they do not want
/// @param first the way outside that they like best; empty when they have not said
record Contact(
        boolean person,
        Optional<String> mail,
        Optional<String> mobile,
        Language language,
        Set<Channel> refused,
        Optional<Channel> first) {
    Contact {
        refused = Set.copyOf(refused);
    }

    /// A member of staff, who is told by mail alone: their telephone is not asked for.
    static Contact staff(Optional<String> mail) {
        return new Contact(
                false, mail, Optional.empty(), Language.ENGLISH, Set.of(), Optional.empty());
    }
}
