package trellis.signin;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.QRCodeWriter;
import java.util.List;
import java.util.Optional;
import trellis.access.Account;

/// Everybody's page of how they sign in.
///
/// @param account whose
/// @param second whether a password asks for a code as well
/// @param recoveryCodes how many are left
/// @param keys their passkeys
/// @param staff whether they may share terminals
/// @param error what is wrong with what was typed, and in which field
/// @param done what has just been done, to be said
record AccountView(
        Account account,
        boolean second,
        int recoveryCodes,
        List<Signin.Passkey> keys,
        boolean staff,
        Optional<Fault> error,
        Optional<String> done) {

    /// @param field the id of the field
    /// @param words what is wrong and what to do
    record Fault(String field, String words) {}

    /// What is wrong with a field; empty for nothing.
    public Optional<String> error(String field) {
        return error.filter(fault -> fault.field().equals(field)).map(Fault::words);
    }

    /// The page on which an authenticator app is set up.
    ///
    /// @param secret to be typed where no picture can be taken, in Base32
    /// @param picture the path of the QR code in an SVG
    /// @param size how many squares it has on each side
    /// @param failed whether the code just typed was wrong
    record Setup(String secret, String picture, int size, boolean failed) {

        /// @param address what the QR code says
        static Setup of(String secret, String address, boolean failed) {
            try {
                var squares = new QRCodeWriter().encode(address, BarcodeFormat.QR_CODE, 0, 0);
                var path = new StringBuilder();
                for (var y = 0; y < squares.getHeight(); y++) {
                    for (var x = 0; x < squares.getWidth(); x++) {
                        if (squares.get(x, y)) {
                            path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
                        }
                    }
                }
                return new Setup(secret, path.toString(), squares.getWidth(), failed);
            } catch (WriterException e) {
                throw new IllegalArgumentException(e);
            }
        }

        /// The secret in groups of four, as it is typed.
        public String groups() {
            return secret.replaceAll("(.{4})(?=.)", "$1 ");
        }
    }

    /// Recovery codes, shown once.
    record Recovery(List<String> codes) {}

    /// The page that asks for the second step.
    record Code(boolean failed) {}
}
