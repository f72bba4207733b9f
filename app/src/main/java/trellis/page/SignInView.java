package trellis.page;

import java.util.Optional;
import trellis.access.OtherSignIn;

/// The sign-in form.
///
/// @param failed the last try did not succeed
/// @param ended the session had ended
/// @param other another way to sign in
/// @param refused why that other way let nobody in
record SignInView(
        boolean failed,
        boolean ended,
        Optional<OtherSignIn.Offer> other,
        Optional<String> refused) {}
