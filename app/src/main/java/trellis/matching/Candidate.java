package trellis.matching;

import trellis.people.Patient;

/// A record that may be of a person who is looked for.
///
/// @param patient the record held
/// @param key of it
/// @param verdict what the two are held to be, and why
public record Candidate(Patient patient, long key, Verdict verdict) {}
