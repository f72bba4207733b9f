package trellis.matching;

import trellis.people.Patient;

/// A record that may be of a person who is looked for.
///
/// @param patient the record held
/// @param key of it
/// @param verdict what the two are held to be, and why
public record Candidate(Patient patient, long key, Verdict verdict) {
    /// Whether they are one person as far as records can tell, also when several are.
    public boolean same() {
        return switch (verdict) {
            case Verdict.Same _ -> true;
            case Verdict.Perhaps(var score, var guards) ->
                    guards.isEmpty() && score.probability() >= WeightRules.SAME;
            case Verdict.Different _ -> false;
        };
    }
}
