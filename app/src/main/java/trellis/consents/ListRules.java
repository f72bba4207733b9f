package trellis.consents;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The list that organisations send to learn who has opted out (national data opt-out check over MESH,
/// workflow SPINE_NTT_UPHOLDING): one NHS number a line, followed by a comma, lines ended by LF. Pure
/// functions.
final class ListRules {

    /// A list, read.
    sealed interface Read {
        /// @param numbers ten digits each, in their order
        record Numbers(List<String> numbers) implements Read {}

        /// @param error the only line of the answer
        record Wrong(String error) implements Read {}
    }

    private ListRules() {}

    /// Reads a list. One number that is none makes the whole list wrong: an answer to part of it could
    /// be taken for an answer to all of it.
    static Read read(String text) {
        var numbers = new ArrayList<String>();
        var line = 0;
        for (var sent : text.split("\n", -1)) {
            line++;
            var last = line > 1 && sent.isEmpty();
            if (last && text.endsWith("\n") && text.split("\n", -1).length == line) {
                break;
            }
            var number = number(sent);
            if (number.isEmpty()) {
                return new Read.Wrong(
                        "ERROR: line "
                                + line
                                + " is not a valid NHS number followed by a comma; nothing was"
                                + " checked\n");
            }
            numbers.add(number.get());
        }
        return new Read.Numbers(numbers);
    }

    private static Optional<String> number(String line) {
        return line.matches("\\d{10},") && valid(line.substring(0, 10))
                ? Optional.of(line.substring(0, 10))
                : Optional.empty();
    }

    /// Modulus 11 (NHS Data Dictionary, NHS number).
    private static boolean valid(String digits) {
        var sum = 0;
        for (var i = 0; i < 9; i++) {
            sum += (digits.charAt(i) - '0') * (10 - i);
        }
        var check = (11 - sum % 11) % 11;
        return check != 10 && check == digits.charAt(9) - '0';
    }

    /// The answer: the same list in the same order, without those who have opted out.
    static String answer(List<String> numbers, Set<String> optedOut) {
        var text = new StringBuilder();
        for (var number : numbers) {
            if (!optedOut.contains(number)) {
                text.append(number).append(",\n");
            }
        }
        return text.toString();
    }
}
