package trellis.store;

import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;

/// What a branch of a query reads: resources by themselves, or what stands within them.
///
/// A row of what is contained is found by the same conditions as any other. Whether it may be seen is asked of what contains it,
/// and by its own type as well: who may not see either does not see it.
final class BranchSql {

    /// As [ReadSql#COLUMNS], of what contains it, but under the number of the contained row itself.
    private static final String OUTER =
            "k.rtype, k.fid, k.ver, k.upd, k.deleted, r.rid, k.patient, k.splice, k.body";

    private BranchSql() {}

    /// The beginning of a statement, with as many columns as [SearchSql#COLUMNS] says and the shard.
    static void select(Sql sql, SearchQuery.Branch branch) {
        sql.add("select " + (isWhole(branch) ? ReadSql.COLUMNS : OUTER) + ", r.shard");
    }

    /// Two more columns, where some branch of the query needs them: the type and the id of what is contained.
    static void within(Sql sql, SearchQuery query, SearchQuery.Branch branch) {
        if (query.amongContained()) {
            sql.add(isWhole(branch) ? ", null::smallint, null::text" : ", r.rtype, r.fid");
        }
    }

    /// The tables, begun with `from`.
    static void from(Sql sql, SearchQuery.Branch branch, String row) {
        if (isWhole(branch)) {
            sql.add(" from res {0}", row);
        } else {
            sql.add(
                    " from contained {0} join res k on k.shard = {0}.shard and k.rid ="
                            + " {0}.container",
                    row);
        }
    }

    /// The conditions, begun with `where`. More can be added to them with `and`.
    static void where(Sql sql, SearchQuery query, SearchQuery.Branch branch, String row) {
        sql.add(" where ");
        var criteria = new CriterionSql(sql, query.sight());
        switch (branch.among()) {
            case WHOLE -> criteria.matches(row, branch.type(), branch.criteria());
            case CONTAINED -> within(sql, query, branch, row);
            case CONTAINERS -> {
                within(sql, query, branch, row);
                once(sql, query, branch, row);
            }
            case OTHER_CONTAINERS -> {
                within(sql, query, branch, row);
                once(sql, query, branch, row);
                sql.add(" and not (");
                criteria.matches("k", branch.type(), branch.criteria());
                sql.add(")");
            }
        }
    }

    private static boolean isWhole(SearchQuery.Branch branch) {
        return branch.among() == SearchQuery.Among.WHOLE;
    }

    private static void within(Sql sql, SearchQuery query, SearchQuery.Branch branch, String row) {
        new CriterionSql(sql, query.sight()).within(row, branch.type(), branch.criteria());
        sql.add(" and not k.deleted");
        if (!query.barred().isEmpty()) {
            sql.add(" and k.rtype <> all (?)").bindWholes(codes(query.barred()));
        }
        new SightSql(sql, query.sight()).and("k");
    }

    /// Of several that one resource contains the first stands for it.
    private static void once(Sql sql, SearchQuery query, SearchQuery.Branch branch, String row) {
        var other = sql.alias();
        sql.add(
                """
                 and not exists (select 1 from contained {1}
                 where {1}.shard = {0}.shard and {1}.container = {0}.container and {1}.rid < {0}.rid and\
                """,
                row, other);
        sql.add(" ");
        new CriterionSql(sql, query.sight()).within(other, branch.type(), branch.criteria());
        sql.add(")");
    }

    private static List<Long> codes(Set<String> types) {
        return types.stream().map(type -> (long) Definitions.r4().typeCode(type)).toList();
    }
}
