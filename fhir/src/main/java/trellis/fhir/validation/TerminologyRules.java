package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.deep;
import static trellis.fhir.validation.Elements.distinct;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of code systems, value sets, maps and statements of what a system can do.
final class TerminologyRules {
    private static final List<Rule> CODES =
            List.of(
                    new Rule(
                            "CodeSystem",
                            "csd-1",
                            "Every code must be defined once only",
                            it -> distinct(deep(it, "concept").map(c -> text(c, "code")))),
                    new Rule(
                            "ConceptMap.group.element.target",
                            "cmd-1",
                            "A narrower or inexact map needs a comment",
                            it ->
                                    has(it, "comment")
                                            || !is(it, "equivalence", "narrower", "inexact")),
                    new Rule(
                            "ConceptMap.group.unmapped",
                            "cmd-2",
                            "The mode fixed needs a code",
                            it -> !is(it, "mode", "fixed") || has(it, "code")),
                    new Rule(
                            "ConceptMap.group.unmapped",
                            "cmd-3",
                            "The mode other-map needs a url",
                            it -> !is(it, "mode", "other-map") || has(it, "url")),
                    new Rule(
                            "ValueSet.compose.include",
                            "vsd-1",
                            "Give a system or a valueSet",
                            it -> hasAny(it, "valueSet", "system")),
                    new Rule(
                            "ValueSet.compose.include",
                            "vsd-2",
                            "Concepts and filters need a system",
                            it -> !hasAny(it, "concept", "filter") || has(it, "system")),
                    new Rule(
                            "ValueSet.compose.include",
                            "vsd-3",
                            "Give concepts or filters, not both",
                            it -> lacks(it, "concept") || lacks(it, "filter")),
                    new Rule(
                            "ValueSet.expansion.contains",
                            "vsd-6",
                            "Give a code or a display",
                            it -> hasAny(it, "code", "display")),
                    new Rule(
                            "ValueSet.expansion.contains",
                            "vsd-9",
                            "Give a code, or set abstract to true",
                            it -> has(it, "code") || is(it, "abstract", "true")),
                    new Rule(
                            "ValueSet.expansion.contains",
                            "vsd-10",
                            "A code needs its system",
                            it -> lacks(it, "code") || has(it, "system")),
                    new Rule(
                            "NamingSystem",
                            "nsd-1",
                            "The root of a naming system cannot be a UUID",
                            it ->
                                    !is(it, "kind", "root")
                                            || each(it, "uniqueId").stream()
                                                    .noneMatch(u -> is(u, "type", "uuid"))),
                    new Rule(
                            "NamingSystem",
                            "nsd-2",
                            "Prefer one identifier of each type only",
                            it ->
                                    distinct(
                                            each(it, "uniqueId").stream()
                                                    .filter(u -> is(u, "preferred", "true"))
                                                    .map(u -> text(u, "type")))));

    private static final String STATEMENT = "CapabilityStatement";

    private static final String TERMINOLOGY = "TerminologyCapabilities";

    private static final List<Rule> STATEMENTS =
            List.of(
                    new Rule(
                            STATEMENT,
                            "cpb-1",
                            "Give rest, messaging or document",
                            it -> hasAny(it, "rest", "messaging", "document")),
                    new Rule(
                            STATEMENT,
                            "cpb-2",
                            "Give a description, software or implementation",
                            TerminologyRules::isDescribed),
                    new Rule(
                            STATEMENT,
                            "cpb-3",
                            "Only an instance has messaging endpoints",
                            it ->
                                    is(it, "kind", "instance")
                                            || each(it, "messaging").stream()
                                                    .noneMatch(m -> has(m, "endpoint"))),
                    new Rule(
                            STATEMENT,
                            "cpb-7",
                            "Each document profile and mode must be given once only",
                            it ->
                                    distinct(
                                            each(it, "document").stream()
                                                    .map(d ->
                                                            text(d, "profile")
                                                                    + " "
                                                                    + text(d, "mode")))),
                    new Rule(
                            STATEMENT,
                            "cpb-14",
                            "An instance must have an implementation",
                            it -> !is(it, "kind", "instance") || has(it, "implementation")),
                    new Rule(
                            STATEMENT,
                            "cpb-15",
                            "A capability must have software and no implementation",
                            TerminologyRules::isSoftware),
                    new Rule(
                            STATEMENT,
                            "cpb-16",
                            "Requirements must have neither software nor implementation",
                            it ->
                                    !is(it, "kind", "requirements")
                                            || !hasAny(it, "software", "implementation")),
                    new Rule(
                            STATEMENT + ".rest",
                            "cpb-9",
                            "Each resource type must be given once only",
                            it -> distinct(each(it, "resource"), "type")),
                    new Rule(
                            STATEMENT + ".rest.resource",
                            "cpb-12",
                            "Each search parameter must be given once only",
                            it -> distinct(each(it, "searchParam"), "name")),
                    new Rule(
                            TERMINOLOGY,
                            "tcp-2",
                            "Give a description, software or implementation",
                            TerminologyRules::isDescribed),
                    new Rule(
                            TERMINOLOGY,
                            "tcp-3",
                            "An instance must have an implementation",
                            it -> !is(it, "kind", "instance") || has(it, "implementation")),
                    new Rule(
                            TERMINOLOGY,
                            "tcp-4",
                            "A capability must have software and no implementation",
                            TerminologyRules::isSoftware),
                    new Rule(
                            TERMINOLOGY,
                            "tcp-5",
                            "Requirements must have neither software nor implementation",
                            it ->
                                    !is(it, "kind", "requirements")
                                            || !hasAny(it, "software", "implementation")),
                    new Rule(
                            TERMINOLOGY + ".codeSystem",
                            "tcp-1",
                            "Where there are several versions, each needs a code",
                            it ->
                                    each(it, "version").size() < 2
                                            || each(it, "version").stream()
                                                    .allMatch(v -> has(v, "code"))));

    private static final String PARAMETER = "OperationDefinition.parameter";

    private static final List<Rule> SEARCHES =
            List.of(
                    new Rule(
                            "SearchParameter",
                            "spd-1",
                            "An xpath needs an xpathUsage",
                            it -> lacks(it, "xpath") || has(it, "xpathUsage")),
                    new Rule(
                            "SearchParameter",
                            "spd-2",
                            "Only a reference parameter can be chained",
                            it -> lacks(it, "chain") || is(it, "type", "reference")),
                    new Rule(
                            PARAMETER,
                            "opd-1",
                            "Give a type or parts",
                            it -> hasAny(it, "type", "part")),
                    new Rule(
                            PARAMETER,
                            "opd-2",
                            "A searchType needs the type string",
                            it -> lacks(it, "searchType") || is(it, "type", "string")),
                    new Rule(
                            PARAMETER,
                            "opd-3",
                            "A targetProfile needs the type Reference or canonical",
                            it ->
                                    lacks(it, "targetProfile")
                                            || is(it, "type", "Reference", "canonical")),
                    new Rule(
                            "MessageDefinition.focus",
                            "md-1",
                            "max must be * or above 0",
                            it ->
                                    is(it, "max", "*")
                                            || text(it, "max").matches("0*[1-9][0-9]{0,8}")),
                    new Rule(
                            "StructureMap.group.rule.target",
                            "smp-1",
                            "An element needs a context",
                            it -> lacks(it, "element") || has(it, "context")),
                    new Rule(
                            "StructureMap.group.rule.target",
                            "smp-2",
                            "A context needs a contextType",
                            it -> lacks(it, "context") || has(it, "contextType")));

    static final List<Rule> ALL =
            Stream.of(CODES, STATEMENTS, SEARCHES).flatMap(List::stream).toList();

    private TerminologyRules() {}

    private static boolean isDescribed(ObjectNode statement) {
        return hasAny(statement, "description", "software", "implementation");
    }

    private static boolean isSoftware(ObjectNode statement) {
        return !is(statement, "kind", "capability")
                || (has(statement, "software") && lacks(statement, "implementation"));
    }
}
