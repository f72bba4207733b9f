package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// A value set that is said by its address alone: `http://snomed.info/sct?fhir_vs=isa/73211009`, `...=refset/...`, `...=ecl/...`,
/// and of LOINC `http://loinc.org/vs`, `http://loinc.org/vs/LP...`.
/// (https://hl7.org/fhir/R4/snomedct.html#implicit, https://hl7.org/fhir/R4/loinc.html)
///
/// @param json the ValueSet that it stands for
public record ImplicitValueSet(ObjectNode json) {
    private static final Pattern SNOMED =
            Pattern.compile("(http://snomed\\.info/x?sct(?:/[^?]*)?)\\?fhir_vs(?:=(.*))?");
    private static final Pattern LOINC = Pattern.compile("http://loinc\\.org/vs(?:/(LP[0-9-]+))?");

    static Optional<ImplicitValueSet> of(String url) {
        var loinc = LOINC.matcher(url);
        if (loinc.matches()) {
            var part = Optional.ofNullable(loinc.group(1));
            return Optional.of(
                    new ImplicitValueSet(
                            json(
                                    url,
                                    "http://loinc.org",
                                    "",
                                    part.map(code -> new Filter("concept", "is-a", code)))));
        }
        var snomed = SNOMED.matcher(url);
        if (!snomed.matches()) {
            return Optional.empty();
        }
        var version = snomed.group(1).equals(ReleaseBuilder.SNOMED) ? "" : snomed.group(1);
        var what = Optional.ofNullable(snomed.group(2)).orElse("");
        return Optional.of(
                new ImplicitValueSet(json(url, ReleaseBuilder.SNOMED, version, filter(what))));
    }

    private record Filter(String property, String op, String value) {}

    private static Optional<Filter> filter(String what) {
        if (what.isEmpty()) {
            return Optional.empty();
        }
        if (what.equals("refset")) {
            return Optional.of(new Filter("constraint", "=", "^ *"));
        }
        if (what.startsWith("isa/")) {
            return Optional.of(new Filter("concept", "is-a", what.substring(4)));
        }
        if (what.startsWith("refset/")) {
            return Optional.of(new Filter("concept", "in", what.substring(7)));
        }
        if (what.startsWith("ecl/")) {
            return Optional.of(new Filter("constraint", "=", decoded(what.substring(4))));
        }
        throw new Refused(
                new Problem.BadRequest(
                        "not-supported",
                        "An implicit value set of SNOMED CT is fhir_vs, fhir_vs=isa/...,"
                                + " fhir_vs=refset, fhir_vs=refset/... or fhir_vs=ecl/....",
                        "url"));
    }

    /// As a parameter of an address it has been decoded once; whoever takes it from elsewhere writes it with escapes.
    private static String decoded(String ecl) {
        try {
            return ecl.contains("%") ? URLDecoder.decode(ecl.replace("+", "%2B"), UTF_8) : ecl;
        } catch (IllegalArgumentException _) {
            return ecl;
        }
    }

    private static ObjectNode json(
            String url, String system, String version, Optional<Filter> filter) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resourceType", "ValueSet").put("url", url).put("status", "active");
        var include = json.putObject("compose").putArray("include").addObject();
        include.put("system", system);
        if (!version.isEmpty()) {
            include.put("version", version);
        }
        filter.ifPresent(one ->
                include.putArray("filter")
                        .addObject()
                        .put("property", one.property())
                        .put("op", one.op())
                        .put("value", one.value()));
        return json;
    }
}
