package trellis.codes;

import java.util.Optional;

/// How a release is to be loaded.
///
/// @param version what it is called; empty when the files say so
/// @param edition of SNOMED CT: the identifier of its module; empty when the files say so
/// @param progress told how far it has come
public record Asked(Optional<String> version, Optional<String> edition, Progress progress) {}
