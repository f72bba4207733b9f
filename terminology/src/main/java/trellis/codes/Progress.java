package trellis.codes;

/// Told how far the reading of a release has come.
@FunctionalInterface
public interface Progress {

    /// @param file which is being read
    /// @param done bytes of all files
    /// @param total bytes of all files, as they are when nothing is packed
    void at(String file, long done, long total);
}
