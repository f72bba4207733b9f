package trellis.api;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// A search told instead of done (`_explain=true`): what each parameter asks of which index, in words, and the statements.
final class SearchExplained {

    private SearchExplained() {}

    /// A Parameters resource: a `condition` for each thing asked of each type, and a `statement` for each statement, in the order in
    /// which they would be run.
    static ObjectNode parameters(SearchQuery query, List<Store.Statement> statements) {
        var resource = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var array = resource.putArray("parameter");
        for (var branch : query.branches()) {
            text(
                    array,
                    "type",
                    branch.among() == SearchQuery.Among.WHOLE
                            ? branch.type() + ": by type, newest first (index res_type)"
                            : branch.type()
                                    + " within other resources: by type, newest first (index"
                                    + " contained_type)");
            branch.criteria().forEach(criterion -> text(array, "condition", words(criterion)));
            branch.sort().forEach(key -> text(array, "sort", words(key)));
        }
        if (query.sight().limits(query.type())) {
            text(
                    array,
                    "sight",
                    "Narrowed to what you may see, in each statement (index ix_relationship_patient)");
        }
        for (var statement : statements) {
            var parts = array.addObject().put("name", "statement").putArray("part");
            text(parts, "does", statement.what());
            text(parts, "sql", statement.sql());
            statement.plan().forEach(line -> text(parts, "plan", line));
        }
        return resource;
    }

    private static void text(ArrayNode array, String name, String value) {
        array.addObject().put("name", name).put("valueString", value);
    }

    private static String words(SearchQuery.Sort key) {
        var turned = key.descending() ? ", highest first" : ", lowest first";
        return switch (key) {
            case SearchQuery.Sort.ById _ -> "by id" + turned;
            case SearchQuery.Sort.ByLastUpdated _ -> "by the last change" + turned;
            case SearchQuery.Sort.By(var parameter, _, _) ->
                    "by " + parameter.code() + " (" + parameter.type().code() + ")" + turned;
        };
    }

    private static String words(Criterion criterion) {
        return switch (criterion) {
            case Criterion.Ids(var ids) -> ids.size() + " ids, each looked up (loc)";
            case Criterion.OfPatients(var ids) ->
                    "in the records of "
                            + ids.size()
                            + " patients: nothing but these is read (index res_patient)";
            case Criterion.Updated _ -> "changed within a span of time (index res_updated)";
            case Criterion.AnyToken(var hashes, var recorded) when recorded ->
                    "one of "
                            + hashes.size()
                            + " codes, which with a patient are one look (index res_token, or row by row"
                            + " among few)";
            case Criterion.AnyToken(var hashes, _) ->
                    "one of "
                            + hashes.size()
                            + " tokens, references or URIs (index res_token, or row by row among"
                            + " few)";
            case Criterion.AnyIdentifier(var hashes) ->
                    "one of " + hashes.size() + " identifiers (index ix_identifier_hash)";
            case Criterion.AnyValue(var parameter, var tests) ->
                    parameter.code()
                            + ": one of "
                            + tests.size()
                            + " spans or beginnings (ordered index of "
                            + parameter.type().code()
                            + " values)";
            case Criterion.Common(var values) ->
                    "what " + values.size() + " ordered indexes have in common";
            case Criterion.Labelled(var parameter, _) ->
                    parameter.code()
                            + ": the words are looked up (ix_term), then who bears them (index"
                            + " res_token)";
            case Criterion.Worded(var narrative, _) ->
                    "words of "
                            + (narrative ? "the narrative" : "the content")
                            + " (index ix_text_words)";
            case Criterion.Near(var parameter, var circles) ->
                    parameter.code()
                            + ": within "
                            + circles.size()
                            + " circles, from a band of latitudes (ordered index of numbers)";
            case Criterion.Together(var composite, _) ->
                    composite.code() + ": parts of one element";
            case Criterion.Present(var parameter) -> parameter.code() + ": has a value";
            case Criterion.Leads(var parameters, var type, _) ->
                    "leads to one "
                            + type
                            + " by "
                            + String.join(
                                    ", ", parameters.stream().map(SearchParameter::code).toList())
                            + " (index ix_reference_target)";
            case Criterion.Refers(var parameter, var target, var criteria) ->
                    parameter.code()
                            + ": leads to a "
                            + target
                            + " (ix_reference) which is "
                            + all(criteria, " and ");
            case Criterion.ReferredFrom(var parameter, var criteria) ->
                    "a "
                            + parameter.base()
                            + " refers to it by "
                            + parameter.code()
                            + " (ix_reference) which is "
                            + all(criteria, " and ");
            case Criterion.AllOf(var criteria) -> all(criteria, " and ");
            case Criterion.AnyOf(var options) -> all(options, " or ");
            case Criterion.Not(var inner) -> "not " + words(inner);
        };
    }

    private static String all(List<Criterion> criteria, String word) {
        return "("
                + String.join(word, criteria.stream().map(SearchExplained::words).toList())
                + ")";
    }
}
