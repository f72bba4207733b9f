package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    /// Whether a row of this type needs a condition.
    boolean limits(String type) {
        return sight.limits(type);
    }

    /// Adds a condition on a row of `res` of this type, when it needs one.
    void and(String row, String type) {
        if (limits(type)) {
            sql.add(" and ");
            visible(row, sight, Optional.of(type));
        }
    }

    /// Adds a condition on a row of `res` of any type.
    void and(String row) {
        if (!(sight instanceof Sight.Everything)) {
            sql.add(" and ");
            visible(row, sight, Optional.empty());
        }
    }

    private void visible(String row, Sight whose, Optional<String> type) {
        switch (whose) {
            case Sight.Everything _ -> sql.add("true");
            case Sight.Related related -> related(row, related, type);
            case Sight.Own own -> own(row, own, type);
            case Sight.Narrowed narrowed -> narrowed(row, narrowed, type);
        }
    }

    private void related(String row, Sight.Related related, Optional<String> type) {
        if (type.isPresent() && !related.types().contains(type.get())) {
            sql.add("true");
        } else if (type.isPresent()) {
            related(row, related, Set.of(type.get()));
        } else {
            sql.add("({0}.rtype <> all (?) or ", row).bindWholes(codes(related.types()));
            related(row, related, related.types());
            sql.add(")");
        }
    }

    private void related(String row, Sight.Related related, Set<String> types) {
        var opened = keys(related.opened());
        var known = new HashSet<>(opened);
        known.addAll(keys(related.known()));
        sql.add(
                        "((({0}.patient = 0 and {0}.rtype <> all (?)) or {0}.patient = any (?) or exists (",
                        row)
                .bindWholes(codes(related.closed()))
                .bindWholes(known);
        relationship(row + ".shard", row + ".patient", related);
        sql.add(")) and (not {0}.tok && ? or {0}.patient = any (?))", row)
                .bindWholes(labels(related.sealed(), types))
                .bindWholes(opened);
        guarded(row + ".patient", related);
        sql.add(")");
    }

    /// Adds that a patient is neither the caller nor, unless opened, a colleague.
    private void guarded(String patient, Sight.Related related) {
        if (!related.shut().isEmpty()) {
            sql.add(" and {0} <> all (?)", patient).bindWholes(keys(related.shut()));
        }
        if (!related.guarded().isEmpty()) {
            sql.add(" and ({0} <> all (?) or {0} = any (?))", patient)
                    .bindWholes(keys(related.guarded()))
                    .bindWholes(keys(related.opened()));
        }
    }

    private void own(String row, Sight.Own own, Optional<String> type) {
        var anyone = own.anyone();
        sql.add("(({0}.patient = 0 and {0}.rtype = any (?))", row)
                .bindWholes(codes(within(anyone, type)));
        for (var part : own.parts()) {
            var types = within(part.types(), type);
            if (!types.isEmpty()) {
                sql.add(" or ({0}.patient = ? and {0}.rtype = any (?) and not {0}.tok && ?)", row)
                        .bind(Keys.resource("Patient", part.patient()))
                        .bindWholes(codes(types))
                        .bindWholes(labels(part.hidden(), types));
            }
        }
        sql.add(")");
    }

    private static Set<String> within(Set<String> types, Optional<String> type) {
        return type.map(one -> types.contains(one) ? Set.of(one) : Set.<String>of()).orElse(types);
    }

    private void narrowed(String row, Sight.Narrowed narrowed, Optional<String> type) {
        sql.add("(");
        visible(row, narrowed.whole(), type);
        narrowed.patient()
                .ifPresent(patient -> {
                    sql.add(
                                    " and ({0}.patient = ? or ({0}.patient = 0 and {0}.rtype = any (?)) or"
                                            + " {0}.rtype = any (?))",
                                    row)
                            .bind(Keys.resource("Patient", patient))
                            .bindWholes(codes(within(narrowed.anyone(), type)))
                            .bindWholes(codes(within(narrowed.free(), type)));
                });
        narrowed.beyond().ifPresent(beyond -> beyond(row, beyond));
        for (var only : narrowed.only().entrySet()) {
            if (type.isEmpty()) {
                sql.add(" and ({0}.rtype <> ? or (", row)
                        .bind(Definitions.r4().typeCode(only.getKey()));
                meets(row, only);
                sql.add("))");
            } else if (type.get().equals(only.getKey())) {
                sql.add(" and (");
                meets(row, only);
                sql.add(")");
            }
        }
        sql.add(")");
    }

    private void beyond(String row, Sight.Narrowed.Beyond beyond) {
        var patient = row + ".patient";
        sql.add(" and ({0} = 0 or not ", patient);
        chosen(row + ".shard", patient, Choice.OPT_OUT.party(), beyond.now());
        beyond.project()
                .ifPresent(project -> {
                    sql.add(" or ");
                    chosen(
                            row + ".shard",
                            patient,
                            Keys.resource("ResearchStudy", project),
                            beyond.now());
                });
        sql.add(")");
    }

    /// Adds whether a patient has made a choice about the record as a whole.
    private void chosen(String shard, String patient, long party, Instant at) {
        var now = WriteSql.micros(at);
        sql.add(
                        """
                        exists (select 1 from ix_relationship {0}
                         where {0}.shard = {1} and {0}.patient = {2} and {0}.party = ?
                         and {0}.starts <= ? and {0}.ends > ?)\
                        """,
                        sql.alias(), shard, patient)
                .bind(party)
                .bind(now)
                .bind(now);
    }

    private void meets(String row, Map.Entry<String, Criterion> only) {
        var criteria = List.of(only.getValue());
        new CriterionSql(sql, Sight.everything()).matches(row, only.getKey(), criteria);
    }

    private void relationship(String shard, String patient, Sight.Related related) {
        var now = WriteSql.micros(related.now());
        var row = sql.alias();
        sql.add(
                        """
                        select 1 from ix_relationship {0}
                         where {0}.shard = {1} and {0}.patient = {2} and {0}.party = any (?)
                         and {0}.starts <= ? and {0}.ends > (?::bigint[])[{0}.basis]
                         and (({0}.party = any (?) and {0}.basis = any (?)) or not\
                        """,
                        row, shard, patient)
                .bindWholes(organisations(related.organisations(), related.covered()))
                .bind(now)
                .bindWholes(ended(related, now))
                .bindWholes(organisations(related.organisations(), Set.of()))
                .bindWholes(related.steadfast().stream().map(b -> (long) b.number()).toList())
                .add(" ");
        chosen(shard, patient, Choice.SHARING_DISSENT.party(), related.now());
        sql.add(")");
    }

    private static List<Long> organisations(Set<String> some, Set<String> more) {
        return Stream.concat(some.stream(), more.stream())
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
        return patients.isEmpty()
                ? patients
                : switch (sight) {
                    case Sight.Everything _ -> patients;
                    case Sight.Own own -> {
                        var ids = own.parts().stream().map(Sight.Own.Part::patient).toList();
                        yield common(patients, keys(ids));
                    }
                    case Sight.Narrowed narrowed -> {
                        var some =
                                narrowed.patient()
                                        .map(only -> common(patients, keys(List.of(only))))
                                        .orElse(patients);
                        yield known(connection, some, narrowed.whole());
                    }
                    case Sight.Related related -> known(connection, patients, related);
                };
    }

    private static Set<Long> common(Set<Long> some, Collection<Long> others) {
        var common = new HashSet<>(some);
        common.retainAll(Set.copyOf(others));
        return common;
    }

    private static Set<Long> known(Connection connection, Set<Long> patients, Sight.Related related)
            throws SQLException {
        var sql = new Sql();
        sql.add("select k.patient from unnest(?::bigint[]) k (patient)").bindWholes(patients);
        sql.add(" where (k.patient = any (?) or exists (").bindWholes(keys(related.opened()));
        var narrowing = new SightSql(sql, related);
        narrowing.relationship("(k.patient & 1023)::smallint", "k.patient", related);
        sql.add("))");
        narrowing.guarded("k.patient", related);
        sql.keepPlan();
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
