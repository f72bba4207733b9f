package trellis.record;

import java.util.List;
import java.util.Optional;

/// A list of one part of a record, in full.
///
/// @param patient our opaque id
/// @param clinical whether the viewer may open the clinical parts
/// @param part which part, as its address names it, such as `problems`
/// @param heading the page's heading
/// @param order how the rows are ordered, in words
/// @param views other views of the same part
/// @param rows this page of rows, and how many there are in all
/// @param empty what stands there when there is none
/// @param notes what else must be known to read the list
/// @param next address of the next page
/// @param first address of the first page, if this is another
record ListView<T>(
        String patient,
        boolean clinical,
        String part,
        String heading,
        String order,
        List<View> views,
        Rows<T> rows,
        String empty,
        List<String> notes,
        Optional<String> next,
        Optional<String> first) {

    /// A view of the same part, such as past medicines.
    record View(String name, String href, boolean current) {}

    ListView {
        views = List.copyOf(views);
        notes = List.copyOf(notes);
    }
}
