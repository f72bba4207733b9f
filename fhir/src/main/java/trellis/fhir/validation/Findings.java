package trellis.fhir.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import trellis.fhir.Issue;

/// The place where a walk is, and what it has found. Text is made only when something is found.
final class Findings {
    /// As many as anybody reads; hostile input could have millions.
    static final int MOST = 100;

    private final List<Issue> issues = new ArrayList<>();
    private String[] names = new String[16];
    private int[] indexes = new int[16];
    private int depth;

    /// Goes into an element that is not in an array.
    void enter(String element) {
        enter(element, -1);
    }

    /// Goes into an item of an array.
    void enter(String element, int index) {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
        names[depth] = element;
        indexes[depth++] = index;
    }

    void leave() {
        depth--;
    }

    /// The innermost element's name.
    String element() {
        return depth == 0 ? "" : names[depth - 1];
    }

    /// Reports a problem here.
    void add(String code, String sentence) {
        if (issues.size() < MOST) {
            issues.add(Issue.error(code, sentence, expression()));
        }
    }

    /// Reports a problem at an element of the object here.
    void addAt(String element, String code, String sentence) {
        enter(element);
        add(code, sentence);
        leave();
    }

    int count() {
        return issues.size();
    }

    boolean full() {
        return issues.size() >= MOST;
    }

    List<Issue> all() {
        return List.copyOf(issues);
    }

    /// FHIRPath of the place.
    String expression() {
        var path = new StringBuilder();
        for (var i = 0; i < depth; i++) {
            if (i > 0) {
                path.append('.');
            }
            path.append(names[i]);
            if (indexes[i] >= 0) {
                path.append('[').append(indexes[i]).append(']');
            }
        }
        return path.toString();
    }
}
