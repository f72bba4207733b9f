package trellis.fhir.graphql;

import tools.jackson.databind.JsonNode;

/// How much one query may ask for: aliases, fragments and references multiply, and a short text can ask for everything.
final class GraphBudget {
    private static final int DEEPEST = 30;
    private static final int MOST_VALUES = 200_000;
    private static final int TEXT = 256;
    private static final int MOST_RESOURCES = 2_000;
    private static final int MOST_SEARCHES = 50;

    private int depth;
    private int values;
    private int resources;
    private int searches;

    /// Begins what is selected of one element. It counts as a value, because fragments of fragments double and give none.
    void down() {
        value();
        depth++;
        if (depth > DEEPEST) {
            throw GraphProblems.tooCostly(
                    "The query is nested deeper than "
                            + DEEPEST
                            + " levels, or a fragment is part of itself.");
        }
    }

    void up() {
        depth--;
    }

    void value() {
        values++;
        if (values > MOST_VALUES) {
            throw GraphProblems.tooCostly(
                    "The answer would have more than "
                            + MOST_VALUES
                            + " values, a long text counting for several; ask for less.");
        }
    }

    /// A value that is written; a long text counts for more.
    void written(JsonNode value) {
        values += value.isString() ? value.stringValue().length() / TEXT : 0;
        value();
    }

    void resource() {
        resources++;
        if (resources > MOST_RESOURCES) {
            throw GraphProblems.tooCostly(
                    "The query follows more than "
                            + MOST_RESOURCES
                            + " references; ask for fewer resources at a time.");
        }
    }

    void search() {
        searches++;
        if (searches > MOST_SEARCHES) {
            throw GraphProblems.tooCostly(
                    "The query makes more than "
                            + MOST_SEARCHES
                            + " searches; ask for fewer resources at a time.");
        }
    }
}
