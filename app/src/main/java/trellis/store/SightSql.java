package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import trellis.fhir.definitions.Definitions;

/// Turns a [Sight] into conditions on rows.
///
/// All of a patient's resources lie under one shard, those that state a relationship among them, so
/// each row is asked with one look into a narrow index.
final class SightSql {
    private final Sql sql;
    private final Sight sight;

    SightSql(Sql sql, Sight sight) {
        this.sql = sql;
        this.sight = sight;
    }

    /// Adds a condition on a row of `res` of this type, when it needs one.
    void and(String row, String type) {
        if (sight instanceof Sight.Related related && related.types().contains(type)) {
            sql.add(" and ");
            visible(row, related, Set.of(type));
        }
    }

    /// Adds a condition on a row of `res` of any type.
    void and(String row) {
        if (sight instanceof Sight.Related related) {
            sql.add(" and ({0}.rtype <> all (?) or ", row).bindWholes(codes(related.types()));
            visible(row, related, related.types());
            sql.add(")");
        }
    }

    private void visible(String row, Sight.Related related, Set<String> types) {
        var opened = keys(related.opened());
        var known = new HashSet<>(opened);
        known.addAll(keys(related.known()));
        sql.add(
                        "((({0}.patient = 0 and {0}.rtype <> all (?)) or {0}.patient = any (?) or exists (",
                        row)
                .bindWholes(codes(related.closed()))
                .bindWholes(known);
        relationship(row + ".shard", row + ".patient", related);
        sql.add(")) and (not {0}.tok && ? or {0}.patient = any (?)))", row)
                .bindWholes(labels(related.sealed(), types))
                .bindWholes(opened);
    }

    private void relationship(String shard, String patient, Sight.Related related) {
        var now = WriteSql.micros(related.now());
        sql.add(
                        """
                        select 1 from ix_relationship {0}
                         where {0}.shard = {1} and {0}.patient = {2} and {0}.party = any (?)
                         and {0}.starts <= ? and {0}.ends > (?::bigint[])[{0}.basis]\
                        """,
                        sql.alias(), shard, patient)
                .bindWholes(organisations(related))
                .bind(now)
                .bindWholes(ended(related, now));
    }

    private static List<Long> organisations(Sight.Related related) {
        return related.organisations().stream()
                .map(id -> Keys.resource("Organization", id))
                .toList();
    }

    /// By the number of each basis, the end that is too long ago.
    private static List<Long> ended(Sight.Related related, long now) {
        var ended = new ArrayList<Long>();
        for (var basis : Basis.values()) {
            var lasts = related.lasts().get(basis);
            ended.add(lasts == null ? now : now - TimeUnit.SECONDS.toMicros(lasts.toSeconds()));
        }
        return ended;
    }

    private static List<Long> codes(Set<String> types) {
        return types.stream().map(type -> (long) Definitions.r4().typeCode(type)).toList();
    }

    private static List<Long> keys(Collection<String> patients) {
        return patients.stream().map(id -> Keys.resource("Patient", id)).toList();
    }

    /// The tokens by which labelled resources are found.
    private static Set<Long> labels(Set<String> labels, Set<String> types) {
        var hashes = new HashSet<Long>();
        for (var type : types) {
            var salt = Keys.salt(type, "_security");
            for (var label : labels) {
                var bar = label.indexOf('|');
                hashes.add(Keys.token(salt, label.substring(0, bar), label.substring(bar + 1)));
            }
        }
        return hashes;
    }

    /// Which of some patients somebody has to do with.
    static Set<Long> known(Connection connection, Set<Long> patients, Sight sight)
            throws SQLException {
        if (!(sight instanceof Sight.Related related) || patients.isEmpty()) {
            return patients;
        }
        var sql = new Sql();
        sql.add("select k.patient from unnest(?::bigint[]) k (patient)").bindWholes(patients);
        sql.add(" where k.patient = any (?) or exists (").bindWholes(keys(related.opened()));
        new SightSql(sql, sight).relationship("(k.patient & 1023)::smallint", "k.patient", related);
        sql.add(")");
        var known = new HashSet<Long>();
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                known.add(result.getLong(1));
            }
        }
        return known;
    }
}
