package trellis.summaries;

import java.util.List;

/// A part of a summary: a table under a heading.
///
/// @param code the published code of the heading
/// @param caption what the table says it holds
/// @param rows as many values each as there are columns
public record Section(
        String title, String code, String caption, List<String> columns, List<List<String>> rows) {}
