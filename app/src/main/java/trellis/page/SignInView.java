package trellis.page;

/// The sign-in form.
///
/// @param failed the last try did not succeed
/// @param ended the session had ended
record SignInView(boolean failed, boolean ended) {}
