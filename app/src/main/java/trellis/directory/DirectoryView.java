package trellis.directory;

import java.util.List;
import java.util.Optional;

/// Pages of the directory.
final class DirectoryView {
    private DirectoryView() {}

    /// Finding an organisation.
    ///
    /// @param typed what was typed
    /// @param rows this page of what was found
    /// @param shown `50 of 230 shown`; empty before a search
    /// @param next address of the next page
    /// @param previous address of the page before
    public record Finding(
            String typed,
            List<Row> rows,
            Optional<String> shown,
            Optional<String> next,
            Optional<String> previous) {}

    /// One found.
    ///
    /// @param place town and postcode
    /// @param closed whether it is
    public record Row(
            String id, String name, String code, String kind, String place, boolean closed) {}

    /// One organisation.
    ///
    /// @param status in a sentence
    /// @param successors what took its place
    /// @param above what it is part of, the nearest first
    /// @param lines of the address
    /// @param contacts telephone, website
    /// @param within what is part of it
    /// @param networks what it belongs to
    /// @param members what belongs to it
    /// @param hours when which place or service is open
    /// @param people who works there
    /// @param more whether more of something is known than is looked at
    public record One(
            String name,
            String code,
            String kind,
            boolean closed,
            String status,
            List<Link> successors,
            Listed<Link> predecessors,
            List<Link> above,
            List<String> lines,
            List<Contact> contacts,
            Listed<Link> within,
            List<Link> networks,
            Listed<Link> members,
            Listed<Hours> hours,
            Listed<Worker> people,
            boolean more) {}

    /// A page of a list within a page.
    ///
    /// @param total how many there are in all
    /// @param shown `50 of 230 shown`; empty when all are
    /// @param next address of its next page
    /// @param previous address of its page before
    public record Listed<T>(
            List<T> some,
            int total,
            String shown,
            Optional<String> next,
            Optional<String> previous) {}

    /// Another organisation.
    ///
    /// @param more such as since when; may be empty
    public record Link(String id, String name, String more) {}

    /// How it is reached.
    ///
    /// @param address of a link; empty for plain text
    public record Contact(String kind, String value, Optional<String> address) {}

    /// When something is open.
    ///
    /// @param lines such as `Monday to Friday 08:00 to 18:30`
    public record Hours(String name, List<String> lines) {}

    /// Somebody who works there.
    public record Worker(String name, String role) {}
}
