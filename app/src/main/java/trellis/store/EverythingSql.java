package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// The record of a patient, which lies together under one shard, or of an encounter; and what it refers to that is nobody's:
/// each one statement, in an order that can be gone on with.
final class EverythingSql {
    /// Types that belong to nobody's record and come along when the record refers to them.
    static final Set<String> COMING =
            Set.of(
                    "Device",
                    "HealthcareService",
                    "Location",
                    "Medication",
                    "Organization",
                    "Practitioner",
                    "PractitionerRole",
                    "Substance");

    /// When care was given or asked for, as search parameters have it.
    private static final Set<String> DATES =
            Set.of(
                    "authored",
                    "authored-on",
                    "authoredon",
                    "collected",
                    "created",
                    "date",
                    "datetime",
                    "datewritten",
                    "effective",
                    "effective-time",
                    "identified",
                    "occurrence",
                    "onset-date",
                    "period",
                    "recorded-date",
                    "sent",
                    "start-date",
                    "started",
                    "whenhandedover",
                    "whenprepared");

    private static final List<Long> DATE_NUMBERS = numbers(ParameterType.DATE, DATES);

    /// How a resource says in which encounter it came about (https://hl7.org/fhir/R4/compartmentdefinition-encounter.html).
    private static final List<Long> ENCOUNTER_NUMBERS =
            numbers(ParameterType.REFERENCE, Set.of("encounter", "context"));

    private final ReadSql reads;

    EverythingSql(ReadSql reads) {
        this.reads = reads;
    }

    private static List<Long> numbers(ParameterType type, Set<String> codes) {
        return Definitions.r4().resourceTypes().stream()
                .flatMap(base -> SearchParameters.r4().of(base).stream())
                .filter(parameter -> parameter.type() == type && codes.contains(parameter.code()))
                .map((SearchParameter parameter) -> (long) Keys.parameter(parameter))
                .distinct()
                .toList();
    }

    List<Stored> some(Connection connection, EverythingQuery query) throws SQLException {
        var found = new ArrayList<Stored>();
        try (var statement = statement(query).prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                found.add(reads.stored(result));
            }
        }
        return found;
    }

    static Sql statement(EverythingQuery query) {
        var sql = new Sql();
        if (query.referred()) {
            sql.add("with own as materialized (select r.shard, r.rid from res r where ");
            own(sql, query);
            // What only a hidden resource names would tell of it.
            sql.add(" and r.rtype = any (?)").bindWholes(codes(query.reach().stream()));
            sql.add("), ");
            step(sql, "one", "own", query);
            sql.add(", ");
            step(sql, "two", "one", query);
            sql.add(" select " + ReadSql.COLUMNS)
                    .add(" from (select shard, rid from one union select shard, rid from two) f")
                    .add(" join res r on r.shard = f.shard and r.rid = f.rid")
                    .add(" where not r.deleted and r.patient = 0 and r.rtype = any (?)")
                    .bindWholes(codes(COMING.stream()));
            new SightSql(sql, query.sight()).and("r");
        } else {
            sql.add("select " + ReadSql.COLUMNS + " from res r where ");
            own(sql, query);
        }
        sql.add(" and r.rtype = any (?)").bindWholes(codes(query.types().stream()));
        if (!query.after().type().isEmpty()) {
            var type = Definitions.r4().typeCode(query.after().type());
            sql.add(" and r.rtype >= ? and (r.rtype > ? or r.rid < ?)")
                    .bind(type)
                    .bind(type)
                    .bind(query.after().row());
        }
        sql.add(" order by r.rtype, r.rid desc limit " + query.count());
        return query.type().equals("Patient") && !query.referred() ? sql.keepPlan() : sql;
    }

    /// What the rows of one step refer to, of what belongs to nobody.
    private static void step(Sql sql, String name, String from, EverythingQuery query) {
        sql.add(
                        """
                        {0} as materialized (
                          select distinct t.shard, t.rid
                            from {1} m
                            join ix_reference x on x.shard = m.shard and x.rid = m.rid
                            join loc l on l.home = (x.target & 1023)::smallint and l.key = x.target
                            join res t on t.shard = l.shard and t.rid = l.rid
                           where t.patient = 0 and t.rtype = any (?))\
                        """,
                        name, from)
                .bindWholes(codes(COMING.stream().filter(query.reach()::contains)));
    }

    private static void own(Sql sql, EverythingQuery query) {
        var key = Keys.resource(query.type(), query.id());
        if (query.type().equals("Patient")) {
            sql.add("r.shard = ? and r.patient = ? and r.patient <> 0")
                    .bind(Keys.shard(key))
                    .bind(key);
        } else {
            ofEncounter(sql, key);
        }
        sql.add(" and not r.deleted");
        if (query.since() != Long.MIN_VALUE) {
            sql.add(" and r.upd >= ?").bind(query.since());
        }
        if (query.from() != Long.MIN_VALUE || query.to() != Long.MAX_VALUE) {
            dated(sql, query);
        }
        new SightSql(sql, query.sight()).and("r");
    }

    /// The encounter, what says that it came about in it, and whom it is about.
    private static void ofEncounter(Sql sql, long key) {
        sql.add(
                        """
                        (r.shard, r.rid) in (
                          select x.shard, x.rid from ix_reference x
                           where x.target = ? and x.param = any (?)
                          union all select l.shard, l.rid from loc l where l.home = ? and l.key = ?
                          union all select p.shard, p.rid
                            from loc l join res e on e.shard = l.shard and e.rid = l.rid
                            join loc p on p.home = (e.patient & 1023)::smallint and p.key = e.patient
                           where l.home = ? and l.key = ?)\
                        """)
                .bind(key)
                .bindWholes(ENCOUNTER_NUMBERS)
                .bind(Keys.shard(key))
                .bind(key)
                .bind(Keys.shard(key))
                .bind(key);
    }

    private static void dated(Sql sql, EverythingQuery query) {
        sql.add(
                        """
                         and (not exists (select from ix_date d where d.shard = r.shard and d.rid = r.rid
                                and d.param = any (?))
                           or exists (select from ix_date d where d.shard = r.shard and d.rid = r.rid
                                and d.param = any (?) and d.low < ? and d.high > ?))\
                        """)
                .bindWholes(DATE_NUMBERS)
                .bindWholes(DATE_NUMBERS)
                .bind(query.to())
                .bind(query.from());
    }

    private static List<Long> codes(Stream<String> types) {
        return types.map(type -> (long) Definitions.r4().typeCode(type)).toList();
    }
}
