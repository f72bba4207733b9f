package trellis.custodians;

import java.util.List;
import java.util.Optional;

/// The pages of documents everywhere.
final class CustodiansView {
    private CustodiansView() {}

    /// All documents of a person.
    ///
    /// @param patient our opaque id
    /// @param sources each with what came of asking there
    /// @param types to choose from
    /// @param shown how many of how many, in words
    /// @param again address of this very page
    /// @param whole whether every source has answered
    /// @param next address of the next page
    /// @param first address of the first page, if this is another
    public record Everywhere(
            String patient,
            List<State> sources,
            List<Choice> types,
            List<Row> rows,
            String shown,
            String again,
            boolean whole,
            Optional<String> next,
            Optional<String> first) {}

    /// A source.
    ///
    /// @param name whose it is
    /// @param tag its state in a word or two
    /// @param colour of the tag; empty for the plain one
    /// @param words more about it
    /// @param again whether asking again may help
    public record State(String name, String tag, String colour, String words, boolean again) {}

    /// A type to narrow the list to.
    public record Choice(String name, String href, boolean current) {}

    /// A document.
    ///
    /// @param date `09-Mar-2026`
    /// @param type in words
    /// @param title empty without
    /// @param custodian who keeps it
    /// @param from where this was told
    /// @param status in words; empty when it simply counts
    /// @param mistaken entered in error
    /// @param opens its contents, to open
    /// @param closed why none is opened; empty when some are
    public record Row(
            String date,
            String type,
            String title,
            String custodian,
            String from,
            String status,
            boolean mistaken,
            List<Link> opens,
            String closed) {}

    /// A content to open.
    public record Link(String name, String href) {}

    /// A document that could not be opened.
    ///
    /// @param heading in a sentence
    /// @param words why, and what to do
    /// @param again address to try again; empty when that does not help
    public record Closed(String patient, String heading, String words, Optional<String> again) {}
}
