package trellis.api;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.Compartments;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Catalogue;
import trellis.store.Write;

/// What this server can do: `GET [base]/metadata` (https://hl7.org/fhir/R4/http.html#capabilities).
/// Built from the definitions and parameters that the server itself runs on.
@Component
final class Capabilities implements Interaction {
    private static final List<String> INTERACTIONS =
            List.of(
                    "read",
                    "vread",
                    "update",
                    "patch",
                    "delete",
                    "history-instance",
                    "history-type",
                    "create",
                    "search-type");

    /// Types of R4 that are stored by themselves and do not change any more
    /// (https://hl7.org/fhir/R4/resourcelist.html, level N).
    private static final Set<String> NORMATIVE =
            Set.of(
                    "Binary",
                    "Bundle",
                    "CapabilityStatement",
                    "CodeSystem",
                    "Observation",
                    "OperationDefinition",
                    "OperationOutcome",
                    "Patient",
                    "StructureDefinition",
                    "ValueSet");

    private final String started;
    private final Write.References references;
    private final Operations operations;
    private final ObjectProvider<CodeSets> codeSets;
    private final boolean several;
    private final Catalogue catalogue;
    private final ObjectProvider<Supplement> supplements;
    private volatile @Nullable Rest rest;

    /// What does not change until a parameter is added, or what a capability adds changes.
    private record Rest(
            SearchParameters parameters, List<Object> added, byte[] full, byte[] normative) {}

    Capabilities(
            Clock clock,
            ApiSettings settings,
            Operations operations,
            ObjectProvider<CodeSets> codeSets,
            ObjectProvider<Supplement> supplements,
            Catalogue catalogue) {
        this.codeSets = codeSets;
        this.supplements = supplements;
        this.catalogue = catalogue;
        this.operations = operations;
        this.started = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        this.references = settings.references();
        this.several = settings.conditionalDeletes() > 1;
    }

    private Rest made(SearchParameters parameters, List<Object> added) {
        return new Rest(
                parameters,
                added,
                Json.write(rest(parameters, Addresses::isType)),
                Json.write(rest(parameters, NORMATIVE::contains)));
    }

    private Rest rest() {
        var parameters = catalogue.searchable();
        var added = supplements.stream().map(Supplement::state).toList();
        var known = rest;
        if (known == null || known.parameters() != parameters || !known.added().equals(added)) {
            known = made(parameters, added);
            rest = known;
        }
        return known;
    }

    @Override
    public Answer answer(FhirRequest request) {
        var mode = request.parameter("mode").orElse("full");
        var whole =
                switch (mode) {
                    case "full" -> whole(heading(request.base()), rest().full());
                    case "normative" -> whole(heading(request.base()), rest().normative());
                    case "terminology" -> Json.write(terminology(request.base()));
                    default ->
                            throw new Refused(
                                    new Problem.BadRequest(
                                            "value",
                                            "mode is full, normative or terminology.",
                                            "mode"));
                };
        var tag = tag(request, whole);
        if (request.preconditions().ifNoneMatch().filter(sent -> sent.contains(tag)).isPresent()) {
            return kept(Answer.of(304), tag);
        }
        return kept(Answer.of(200).with(request.preferences().subset().of(whole)), tag);
    }

    /// It holds nothing of any record, so it may be kept, and asked for again by its tag.
    private static Answer kept(Answer answer, String tag) {
        return answer.header("ETag", tag).header("Cache-Control", "no-cache");
    }

    private static String tag(FhirRequest request, byte[] whole) {
        var what =
                new String(whole, StandardCharsets.UTF_8) + Parameter.query(request.parameters());
        return "W/\"" + UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private static byte[] whole(ObjectNode statement, byte[] rest) {
        var heading = Json.write(statement);
        var whole = new byte[heading.length + rest.length - 1];
        System.arraycopy(heading, 0, whole, 0, heading.length);
        whole[heading.length - 1] = ',';
        System.arraycopy(rest, 1, whole, heading.length, rest.length - 1);
        return whole;
    }

    /// What the server does about terminologies: releases that have been loaded; resources are found by searching for them.
    private ObjectNode terminology(String base) {
        var statement = JsonNodeFactory.instance.objectNode();
        statement
                .put("resourceType", "TerminologyCapabilities")
                .put("status", "active")
                .put("date", started)
                .put("kind", "instance");
        statement.putObject("software").put("name", "Trellis").put("version", version());
        statement
                .putObject("implementation")
                .put("description", "A FHIR R4 record store on Trellis")
                .put("url", base);
        var held = codeSets.stream().flatMap(sets -> sets.loaded().stream()).toList();
        if (!held.isEmpty()) {
            var systems = statement.putArray("codeSystem");
            held.stream()
                    .collect(
                            Collectors.groupingBy(
                                    CodeSets.Loaded::system, TreeMap::new, Collectors.toList()))
                    .forEach((system, releases) -> {
                        var versions = systems.addObject().put("uri", system).putArray("version");
                        for (var release : releases) {
                            var one = versions.addObject();
                            if (!release.version().isEmpty()) {
                                one.put("code", release.version());
                            }
                            one.put("isDefault", release.current());
                        }
                    });
        }
        statement.putObject("expansion").put("paging", true).put("textFilter", "words");
        statement.putObject("validateCode").put("translations", false);
        statement.putObject("translation").put("needsMap", true);
        return statement;
    }

    private ObjectNode heading(String base) {
        var statement = JsonNodeFactory.instance.objectNode();
        statement
                .put("resourceType", "CapabilityStatement")
                .put("status", "active")
                .put("date", started)
                .put("kind", "instance")
                .put("fhirVersion", "4.0.1");
        var formats = statement.putArray("format");
        for (var format : Format.values()) {
            formats.add(format.word()).add(format.type());
        }
        statement
                .putArray("patchFormat")
                .add(PatchContent.JSON_PATCH)
                .add(Format.JSON.type())
                .add(Format.XML.type());
        statement.putObject("software").put("name", "Trellis").put("version", version());
        statement
                .putObject("implementation")
                .put("description", "A FHIR R4 record store on Trellis")
                .put("url", base);
        return statement;
    }

    private static String version() {
        return Optional.ofNullable(Capabilities.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private ObjectNode rest(SearchParameters parameters, Predicate<String> which) {
        var statement = JsonNodeFactory.instance.objectNode();
        var server = statement.putArray("rest").addObject().put("mode", "server");
        server.putObject("security")
                .put("description", "Send a bearer token in the Authorization header (RFC 6750).");
        var resources = server.putArray("resource");
        Definitions.r4().resourceTypes().stream()
                .filter(which)
                .forEach(type -> describe(parameters, type, resources.addObject()));
        var interactions = server.putArray("interaction");
        interactions.addObject().put("code", "transaction");
        interactions.addObject().put("code", "batch");
        interactions.addObject().put("code", "history-system");
        interactions.addObject().put("code", "search-system");
        var compartments = server.putArray("compartment");
        for (var name : Compartments.r4().names()) {
            var id = Character.toLowerCase(name.charAt(0)) + name.substring(1);
            compartments.add("http://hl7.org/fhir/CompartmentDefinition/" + id);
        }
        operations.describeSystem(server);
        return statement;
    }

    private void describe(SearchParameters parameters, String type, ObjectNode resource) {
        resource.put("type", type);
        resource.put("profile", "http://hl7.org/fhir/StructureDefinition/" + type);
        if (type.equals("AuditEvent")) {
            audit(resource);
            return;
        }
        var interactions = resource.putArray("interaction");
        INTERACTIONS.forEach(code -> interactions.addObject().put("code", code));
        resource.put("versioning", "versioned")
                .put("readHistory", true)
                .put("updateCreate", true)
                .put("conditionalCreate", true)
                .put("conditionalRead", "full-support")
                .put("conditionalUpdate", true)
                .put("conditionalDelete", several ? "multiple" : "single");
        var policies = resource.putArray("referencePolicy").add("literal").add("logical");
        if (references == Write.References.ENFORCED) {
            policies.add("enforced");
        }
        search(parameters, type, resource);
        operations.describe(type, resource);
        supplements.forEach(one -> one.describe(type, resource));
    }

    /// The log is only looked at.
    private static void audit(ObjectNode resource) {
        var interactions = resource.putArray("interaction");
        interactions.addObject().put("code", "read");
        interactions.addObject().put("code", "search-type");
        resource.put("versioning", "no-version");
        var array = resource.putArray("searchParam");
        for (var parameter : SearchParameters.r4().of("AuditEvent")) {
            if (List.of("patient", "agent", "action", "date").contains(parameter.code())) {
                array.addObject()
                        .put("name", parameter.code())
                        .put("definition", parameter.url())
                        .put("type", parameter.type().code());
            }
        }
    }

    private static void search(SearchParameters all, String type, ObjectNode resource) {
        var parameters = all.of(type);
        var includes =
                parameters.stream().filter(p -> p.type() == ParameterType.REFERENCE).toList();
        if (!includes.isEmpty()) {
            var array = resource.putArray("searchInclude");
            includes.forEach(parameter -> array.add(type + ":" + parameter.code()));
        }
        var reverse = Reverse.OF.getOrDefault(type, List.of());
        if (!reverse.isEmpty()) {
            var array = resource.putArray("searchRevInclude");
            reverse.forEach(parameter -> array.add(parameter.base() + ":" + parameter.code()));
        }
        var array = resource.putArray("searchParam");
        for (var parameter : parameters) {
            array.addObject()
                    .put("name", parameter.code())
                    .put("definition", parameter.url())
                    .put("type", parameter.type().code());
        }
    }

    /// Which parameters lead to a type: those whose targets name it.
    private static final class Reverse {
        static final java.util.Map<String, List<SearchParameter>> OF = all();

        private static java.util.Map<String, List<SearchParameter>> all() {
            var byTarget = new java.util.HashMap<String, List<SearchParameter>>();
            for (var base : Definitions.r4().resourceTypes()) {
                for (var parameter : SearchParameters.r4().of(base)) {
                    if (parameter.targets().isEmpty()) {
                        continue; // leads to any type, so it would stand under each
                    }
                    for (var target : SearchRecords.targets(parameter)) {
                        byTarget.computeIfAbsent(target, _ -> new java.util.ArrayList<>())
                                .add(parameter);
                    }
                }
            }
            return byTarget;
        }
    }
}
