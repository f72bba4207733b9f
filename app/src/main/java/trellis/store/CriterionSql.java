package trellis.store;

import static java.time.ZoneOffset.UTC;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameter;

/// Turns criteria into conditions on a row of `res`.
///
/// What an index row must satisfy stands in an `exists`, which PostgreSQL turns round into a join
/// where that is cheaper; `(shard, rid)` at the end of every index makes both ways short.
final class CriterionSql {
    /// So many are looked for one after the other.
    private static final int FEW_HASHES = 4;

    private static final int FEW_DAYS = 4;
    private static final long DAY = 86_400_000_000L;

    private final Sql sql;
    private final SightSql sights;

    /// The rows that stand within resources.
    private final Set<String> contained = new HashSet<>();

    CriterionSql(Sql sql, Sight sight) {
        this.sql = sql;
        this.sights = new SightSql(sql, sight);
    }

    /// The row is a current resource of this type for which all criteria hold, and that may be seen.
    void matches(String row, String type, List<Criterion> criteria) {
        // The type in the text, so that a plan that is kept is made for it.
        sql.add("{0}.rtype = " + Definitions.r4().typeCode(type) + " and not {0}.deleted", row);
        var narrow = narrow(criteria);
        var found = InRecord.among(criteria);
        found.ifPresent(inRecord -> {
            sql.add(" and ");
            tokens(row, inRecord.joined(), false);
        });
        for (var criterion : criteria) {
            if (found.isEmpty() || !found.get().says(criterion)) {
                sql.add(" and ");
                add(row, type, criterion, narrow);
            }
        }
        sights.and(row, type);
    }

    /// All criteria hold for the row, whatever it is of and whoever asks.
    void hold(String row, String type, List<Criterion> criteria) {
        allOf(row, type, criteria, narrow(criteria));
    }

    /// The row is one of `contained`, a resource of this type for which all criteria hold. Whether what contains it may be seen
    /// has to be asked as well.
    void within(String row, String type, List<Criterion> criteria) {
        contained.add(row);
        sql.add("{0}.rtype = " + Definitions.r4().typeCode(type), row);
        for (var criterion : criteria) {
            sql.add(" and ");
            add(row, type, criterion, false);
        }
        sights.and(row, type);
    }

    /// The row is the deletion of a resource of this type for which all criteria hold, and that might be seen.
    void deletions(String row, String type, List<Criterion> criteria) {
        sql.add("{0}.rtype = " + Definitions.r4().typeCode(type) + " and {0}.deleted", row);
        for (var criterion : criteria) {
            sql.add(" and ");
            add(row, type, criterion, true);
        }
        sights.and(row, type);
    }

    /// The row is a current resource of one of these types in the record of one of these patients, and may be seen.
    void record(String row, Set<String> patients, Collection<String> types) {
        ofPatients(row, patients);
        var codes = types.stream().map(type -> "" + Definitions.r4().typeCode(type)).toList();
        sql.add(" and not {0}.deleted and {0}.rtype in (" + String.join(", ", codes) + ")", row);
        for (var type : types) {
            if (sights.limits(type)) {
                sql.add(" and ({0}.rtype <> " + Definitions.r4().typeCode(type), row)
                        .add(" or (true");
                sights.and(row, type);
                sql.add("))");
            }
        }
    }

    /// Whether criteria leave so few rows that each can be looked at.
    static boolean narrow(List<Criterion> criteria) {
        return criteria.stream().anyMatch(CriterionSql::narrows) || byBirth(criteria);
    }

    /// Whether a day of birth is asked for, and nothing else but what the rows of a person say themselves: of what leads elsewhere a plan
    /// for any values might begin there.
    static boolean byBirth(List<Criterion> criteria) {
        return criteria.stream()
                        .anyMatch(one -> one instanceof Criterion.AnyValue value && isBirth(value))
                && criteria.stream()
                        .allMatch(one ->
                                one instanceof Criterion.AnyValue
                                        || one instanceof Criterion.AnyToken);
    }

    /// On one day so few were born that each can be looked at: of sixty million people some two thousand. The first of a year stands for
    /// many whose birthday nobody knows.
    private static boolean isBirth(Criterion.AnyValue value) {
        var parameter = value.parameter();
        return parameter.base().equals("Patient")
                && parameter.code().equals("birthdate")
                && !value.tests().isEmpty()
                && value.tests().size() <= FEW_DAYS
                && value.tests().stream().allMatch(CriterionSql::isDay);
    }

    private static boolean isDay(Criterion.Test test) {
        return test instanceof Criterion.Test.When(var prefix, var low, var high)
                && prefix == Criterion.Prefix.EQ
                && high - low <= DAY
                && WriteSql.instant(low).atOffset(UTC).getDayOfYear() > 1;
    }

    /// Whether a criterion leaves so few rows that the token index is not worth opening.
    private static boolean narrows(Criterion criterion) {
        return switch (criterion) {
            case Criterion.Ids _, Criterion.OfPatients _, Criterion.AnyIdentifier _ -> true;
            case Criterion.Updated _,
                    Criterion.AnyToken _,
                    Criterion.AnyValue _,
                    Criterion.Common _,
                    Criterion.Labelled _,
                    Criterion.Near _,
                    Criterion.Worded _,
                    Criterion.Together _,
                    Criterion.Present _,
                    Criterion.Leads _,
                    Criterion.Refers _,
                    Criterion.ReferredFrom _,
                    Criterion.AllOf _,
                    Criterion.AnyOf _,
                    Criterion.Not _ ->
                    false;
        };
    }

    private void add(String row, String type, Criterion criterion, boolean narrow) {
        switch (criterion) {
            case Criterion.Ids(var ids) -> ids(row, type, ids);
            case Criterion.OfPatients(var ids) -> ofPatients(row, ids);
            case Criterion.Updated(var low, var high) ->
                    sql.add("({0}.upd >= ? and {0}.upd < ?)", row).bind(low).bind(high);
            case Criterion.AnyToken(var hashes, _) -> tokens(row, hashes, narrow);
            case Criterion.AnyIdentifier(var hashes) -> identifiers(row, hashes);
            case Criterion.AnyValue value ->
                    new TestSql(sql)
                            .anyValue(
                                    row,
                                    value.parameter(),
                                    value.tests(),
                                    narrow && !isBirth(value));
            case Criterion.Common(var values) -> new TestSql(sql).common(row, values);
            case Criterion.Labelled(var parameter, var starts) ->
                    labelled(row, parameter, starts, narrow);
            case Criterion.Worded(var narrative, var sought) -> worded(row, narrative, sought);
            case Criterion.Near(var parameter, var circles) -> near(row, parameter, circles);
            case Criterion.Together(var composite, var parts) ->
                    new TestSql(sql).together(row, composite, parts);
            case Criterion.Present(var parameter) -> present(row, parameter, narrow);
            case Criterion.Leads leads -> leads(row, leads);
            case Criterion.Refers chain -> refers(row, chain);
            case Criterion.ReferredFrom has -> referredFrom(row, has);
            case Criterion.AllOf(var criteria) -> allOf(row, type, criteria, narrow);
            case Criterion.AnyOf(var options) -> anyOf(row, type, options, narrow);
            case Criterion.Not(var inner) -> {
                sql.add("not ");
                add(row, type, inner, narrow);
            }
        }
    }

    private void ids(String row, String type, Set<String> ids) {
        if (contained.contains(row)) {
            sql.add("({0}.fid = any (?))", row).bindTexts(ids);
            return;
        }
        var keys = ids.stream().map(id -> Keys.resource(type, id)).toList();
        sql.add(
                        """
                        ({0}.fid = any (?) and ({0}.shard, {0}.rid) in (
                         select l.shard, l.rid from unnest(?::bigint[]) k(key)
                         join loc l on l.home = (k.key & 1023)::smallint and l.key = k.key))\
                        """,
                        row)
                .bindTexts(ids)
                .bindWholes(keys);
    }

    /// That the patient is not 0 is said too: their index holds only such rows, and a plan that is kept does not see the values.
    private void ofPatients(String row, Set<String> ids) {
        var keys = ids.stream().map(id -> Keys.resource("Patient", id)).toList();
        if (contained.contains(row)) {
            // What is contained is in the record of what contains it, whomever it speaks of.
            sql.add(
                            """
                            exists (select 1 from ix_reference {1}
                             where {1}.shard = {0}.shard and {1}.rid = {0}.rid and {1}.target = any (?))\
                            """,
                            row, sql.alias())
                    .bindWholes(keys);
            return;
        }
        if (keys.size() == 1) {
            sql.add("({0}.shard = ? and {0}.patient = ? and {0}.patient <> 0)", row)
                    .bind(Keys.shard(keys.getFirst()))
                    .bind(keys.getFirst());
            return;
        }
        var shards = keys.stream().map(key -> (long) Keys.shard(key)).distinct().toList();
        sql.add("({0}.shard = any (?) and {0}.patient = any (?) and {0}.patient <> 0)", row)
                .bindWholes(shards)
                .bindWholes(keys);
    }

    private void tokens(String row, Set<Long> hashes, boolean narrow) {
        if (narrow) {
            among(row, hashes);
        } else {
            sql.add(hashes.size() == 1 ? "({0}.tok @> ?)" : "({0}.tok && ?)", row)
                    .bindWholes(hashes);
        }
    }

    /// Says the same so that the planner keeps from the token index, and so that a row's tokens are looked through where they lie:
    /// of two arrays that are compared both are taken apart first.
    private void among(String row, Set<Long> hashes) {
        if (hashes.isEmpty() || hashes.size() > FEW_HASHES) {
            sql.add("({0}.tok && ?) is true", row).bindWholes(hashes);
            return;
        }
        var before = "(";
        for (var hash : hashes) {
            sql.add(before).add("? = any ({0}.tok)", row).bind(hash);
            before = " or ";
        }
        sql.add(")");
    }

    /// The words stand once for all who bear them: those that begin so are looked up first, then whoever has one of their hashes.
    private void labelled(
            String row, SearchParameter parameter, Set<String> starts, boolean narrow) {
        var term = sql.alias();
        sql.add("({0}.tok && array(select {1}.hash from ix_term {1}", row, term)
                .add(" where {0}.param = ? and (", term)
                .bind(Keys.parameter(parameter));
        var first = true;
        for (var start : starts) {
            sql.add(first ? "" : " or ").add("({0}.value >= ? and {0}.value < ?)", term);
            sql.bind(start).bind(start + TestSql.LAST);
            first = false;
        }
        sql.add(")))").add(narrow ? " is true" : "");
    }

    private void worded(String row, boolean narrative, Set<String> sought) {
        var x = sql.alias();
        sql.add(
                        """
                        exists (select 1 from ix_text {1}
                         where {1}.shard = {0}.shard and {1}.rid = {0}.rid and {1}.kind = ? and (\
                        """,
                        row, x)
                .bind(narrative ? Words.NARRATIVE : Words.CONTENT);
        var first = true;
        for (var words : sought) {
            sql.add(first ? "" : " or ").add("{0}.words @@ websearch_to_tsquery('simple', ?)", x);
            sql.bind(Words.normal(words));
            first = false;
        }
        sql.add("))");
    }

    private void near(String row, SearchParameter parameter, List<Criterion.Circle> circles) {
        sql.add("(");
        for (var i = 0; i < circles.size(); i++) {
            sql.add(i == 0 ? "" : " or ");
            new TestSql(sql).near(row, parameter, circles.get(i));
        }
        sql.add(")");
    }

    private void identifiers(String row, Set<Long> hashes) {
        sql.add(
                """
                exists (select 1 from ix_identifier {1}
                 where {1}.shard = {0}.shard and {1}.rid = {0}.rid and {1}.hash =\
                """,
                row, sql.alias());
        if (hashes.size() == 1) {
            sql.add(" ?)").bind(hashes.iterator().next());
        } else {
            sql.add(" any (?))").bindWholes(hashes);
        }
    }

    private void present(String row, SearchParameter parameter, boolean narrow) {
        if (Composites.ordered(parameter.type())) {
            new TestSql(sql).anyValue(row, parameter);
        } else {
            tokens(row, Set.of(Keys.present(Keys.salt(parameter))), narrow);
        }
    }

    private void leads(String row, Criterion.Leads leads) {
        var numbers =
                leads.parameters().stream().flatMap(p -> Links.numbers(p).stream()).distinct();
        sql.add(
                        """
                        exists (select 1 from ix_reference {1}
                         where {1}.shard = {0}.shard and {1}.rid = {0}.rid
                         and {1}.target = ? and {1}.param = any (?))\
                        """,
                        row, sql.alias())
                .bind(Keys.resource(leads.type(), leads.id()))
                .bindWholes(numbers.toList());
    }

    private void refers(String row, Criterion.Refers chain) {
        var link = sql.alias();
        var target = sql.alias();
        sql.add(
                        """
                        exists (select 1 from ix_reference {1}, loc l{1}, res {2}
                         where {1}.shard = {0}.shard and {1}.rid = {0}.rid and {1}.param = any (?) and
                        """,
                        row, link, target)
                .bindWholes(Links.numbers(chain.parameter()))
                .add(REACHES, link, target)
                .add(" and ");
        matches(target, chain.target(), chain.criteria());
        sql.add(")");
    }

    /// From a row of `ix_reference` ({0}) to the row it points to ({1}). `loc` is how to get there;
    /// that the keys are equal is said too, so that a plan may as well begin at the target.
    static final String REACHES =
            """
            l{0}.home = ({0}.target & 1023)::smallint and l{0}.key = {0}.target
             and {1}.shard = l{0}.shard and {1}.rid = l{0}.rid and {1}.key = {0}.target\
            """;

    private void referredFrom(String row, Criterion.ReferredFrom has) {
        var source = sql.alias();
        sql.add(
                        """
                        exists (select 1 from ix_reference {1}, res {2}
                         where {1}.target = {0}.key and {1}.param = any (?)
                         and {2}.shard = {1}.shard and {2}.rid = {1}.rid and
                        """,
                        row, sql.alias(), source)
                .bindWholes(Links.numbers(has.parameter()));
        matches(source, has.parameter().base(), has.criteria());
        sql.add(")");
    }

    private void allOf(String row, String type, List<Criterion> criteria, boolean narrow) {
        sql.add("(true");
        for (var criterion : criteria) {
            sql.add(" and ");
            add(row, type, criterion, narrow);
        }
        sql.add(")");
    }

    private void anyOf(String row, String type, List<Criterion> options, boolean narrow) {
        var gathered = gathered(options);
        sql.add("(").add(gathered.isEmpty() ? "false" : "");
        for (var i = 0; i < gathered.size(); i++) {
            sql.add(i == 0 ? "" : " or ");
            add(row, type, gathered.get(i), narrow);
        }
        sql.add(")");
    }

    /// The options with all tokens in one, because one look into the index answers them all.
    private static List<Criterion> gathered(List<Criterion> options) {
        var hashes = new HashSet<Long>();
        var rest = new ArrayList<Criterion>();
        for (var option : options) {
            if (option instanceof Criterion.AnyToken(var more, _)) {
                hashes.addAll(more);
            } else {
                rest.add(option);
            }
        }
        if (!hashes.isEmpty()) {
            rest.add(new Criterion.AnyToken(hashes));
        }
        return rest;
    }
}
