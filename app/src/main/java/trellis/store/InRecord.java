package trellis.store;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Two criteria that are one: some codes in the records of some patients, found by what [RecordCodes] joins.
///
/// @param of whose records
/// @param codes which codes
record InRecord(Criterion.OfPatients of, Criterion.AnyToken codes) {
    private static final int MOST = 20;

    /// The first two such among the criteria of a search; empty where there are none, or they stand for too many.
    static Optional<InRecord> among(List<Criterion> criteria) {
        for (var one : criteria) {
            if (one instanceof Criterion.OfPatients of) {
                for (var other : criteria) {
                    if (other instanceof Criterion.AnyToken codes
                            && codes.recorded()
                            && of.ids().size() * codes.hashes().size() <= MOST) {
                        return Optional.of(new InRecord(of, codes));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// Whether a criterion is one of the two.
    boolean says(Criterion criterion) {
        return criterion.equals(of) || criterion.equals(codes);
    }

    /// The hashes, one of which a row bears for which both hold.
    Set<Long> joined() {
        var joined = new HashSet<Long>();
        for (var id : of.ids()) {
            var patient = Keys.resource("Patient", id);
            codes.hashes().forEach(hash -> joined.add(RecordCodes.joined(patient, hash)));
        }
        return joined;
    }
}
