package trellis.fhir.validation;

import java.util.Locale;
import java.util.Set;

/// The XHTML that a narrative may use: elements and attributes that format, none that act (FHIR R4
/// narrative, 2.4.0.1).
final class Formatting {
    private static final String NAMESPACE = "http://www.w3.org/1999/xhtml";
    private static final Set<String> ELEMENTS =
            Set.of(
                    "a",
                    "abbr",
                    "acronym",
                    "address",
                    "area",
                    "b",
                    "bdo",
                    "big",
                    "blockquote",
                    "br",
                    "caption",
                    "cite",
                    "code",
                    "col",
                    "colgroup",
                    "dd",
                    "dfn",
                    "div",
                    "dl",
                    "dt",
                    "em",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "hr",
                    "i",
                    "img",
                    "kbd",
                    "li",
                    "map",
                    "ol",
                    "p",
                    "pre",
                    "q",
                    "samp",
                    "small",
                    "span",
                    "strong",
                    "sub",
                    "sup",
                    "table",
                    "tbody",
                    "td",
                    "tfoot",
                    "th",
                    "thead",
                    "tr",
                    "tt",
                    "ul",
                    "var");
    private static final Set<String> EVERYWHERE =
            Set.of(
                    "title",
                    "style",
                    "class",
                    "id",
                    "xml:lang",
                    "xml:space",
                    "xmlns",
                    "lang",
                    "dir",
                    "accesskey",
                    "tabindex",
                    "span",
                    "width",
                    "align",
                    "valign",
                    "char",
                    "charoff",
                    "abbr",
                    "axis",
                    "headers",
                    "scope",
                    "rowspan",
                    "colspan");
    private static final Set<String> SOMEWHERE =
            Set.of(
                    "a.href",
                    "a.name",
                    "a.charset",
                    "a.type",
                    "a.hreflang",
                    "a.rel",
                    "a.rev",
                    "a.shape",
                    "a.coords",
                    "area.shape",
                    "area.coords",
                    "area.href",
                    "area.nohref",
                    "area.alt",
                    "blockquote.cite",
                    "img.src",
                    "img.alt",
                    "img.border",
                    "img.longdesc",
                    "img.height",
                    "img.usemap",
                    "img.ismap",
                    "map.name",
                    "q.cite",
                    "table.summary",
                    "table.border",
                    "table.frame",
                    "table.rules",
                    "table.cellspacing",
                    "table.cellpadding",
                    "td.nowrap");
    private static final Set<String> ADDRESSES = Set.of("href", "src", "cite", "longdesc");

    private Formatting() {}

    /// Whether an element of that name formats.
    static boolean isElement(String name) {
        return ELEMENTS.contains(name);
    }

    /// Whether an element may have an attribute with that value.
    static boolean allows(String element, String attribute, String value) {
        if (attribute.equals("xmlns")) {
            return value.equals(NAMESPACE);
        }
        if (ADDRESSES.contains(attribute) && runs(value)) {
            return false;
        }
        return EVERYWHERE.contains(attribute) || SOMEWHERE.contains(element + "." + attribute);
    }

    private static boolean runs(String address) {
        var plain = address.replaceAll("[\\s\\p{Cntrl}]|&#?\\w+;", "").toLowerCase(Locale.ROOT);
        return plain.startsWith("javascript:") || plain.startsWith("vbscript:");
    }
}
