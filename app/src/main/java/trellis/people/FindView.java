package trellis.people;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The page on which a patient is found.
///
/// @param form what was typed
/// @param errors what cannot be understood, by field, in the form's order
/// @param ended whether the search that was asked for is no longer kept
/// @param result who was found; empty before a search
record FindView(Form form, Map<String, String> errors, boolean ended, Optional<Result> result) {

    /// Who was found.
    ///
    /// @param said what was searched for
    /// @param rows this page of them
    /// @param shown `100 of 230 shown`
    /// @param tooMany whether there are more than can be ranked
    /// @param next address of the next page
    /// @param first address of the first page, if this is another
    record Result(
            String said,
            List<Row> rows,
            String shown,
            boolean tooMany,
            Optional<String> next,
            Optional<String> first) {}

    /// Somebody found.
    ///
    /// @param id our opaque id
    /// @param postcode or why it is not shown
    /// @param died when, if dead
    /// @param why why in the list
    /// @param warnings what differs from what was asked for
    record Row(
            String id,
            String name,
            String born,
            String age,
            String gender,
            String nhsNumber,
            String postcode,
            Optional<String> died,
            boolean restricted,
            boolean inactive,
            String why,
            List<String> warnings) {}

    /// The message at a field, if there is one.
    Optional<String> error(String field) {
        return Optional.ofNullable(errors.get(field));
    }

    /// What somebody typed to find a patient, as it was typed.
    record Form(String name, String born, String nhsNumber, String postcode)
            implements Serializable {

        /// Nothing typed.
        static final Form EMPTY = new Form("", "", "", "");

        Form {
            name = cut(name);
            born = cut(born);
            nhsNumber = cut(nhsNumber);
            postcode = cut(postcode);
        }

        boolean isEmpty() {
            return (name + born + nhsNumber + postcode).isEmpty();
        }

        /// Nobody's name is longer; what is longer would only cost.
        private static String cut(String typed) {
            var bare = typed.strip();
            return bare.length() > 100 ? bare.substring(0, 100) : bare;
        }
    }
}
