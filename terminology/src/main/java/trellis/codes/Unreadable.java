package trellis.codes;

/// A file that is none of a release, or a line of it that cannot be read. The message names the file, the line and why.
public final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param file name of the file
    /// @param line from 1; 0 for the file as a whole
    public Unreadable(String file, long line, String why) {
        super(file + (line > 0 ? " line " + line : "") + ": " + why);
    }
}
