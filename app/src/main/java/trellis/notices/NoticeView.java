package trellis.notices;

import java.util.List;
import java.util.Optional;

/// The page of notices.
///
/// @param self whether whoever reads is here about themselves
/// @param unread how many are
/// @param rows newest first
/// @param next address of older ones
/// @param ways how they are told
/// @param mail where a member of staff wants to be told, as typed
/// @param error what is wrong with it
/// @param done whether something has just been kept
record NoticeView(
        boolean self,
        int unread,
        List<Row> rows,
        Optional<String> next,
        List<Way> ways,
        String mail,
        Optional<String> error,
        boolean done) {

    /// One notice.
    record Row(long id, String what, String when, boolean unread) {}

    /// One way to be told.
    ///
    /// @param name such as `Email`
    /// @param state in words: where it goes, or why it does not
    record Way(String name, String state) {}
}
