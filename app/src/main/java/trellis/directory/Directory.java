package trellis.directory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Right;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of the directory: finding organisations, and everything about one.
@Component
public final class Directory {
    /// How many are found at the most.
    static final int MOST = 1_000;

    private static final String TYPE = "Organization";

    /// How many of a kind are looked at around one organisation; beyond that its page says so.
    static final int MOST_AROUND = 5_000;

    private static final int AT_ONCE = 500;
    private static final int HIGHEST = 10;
    private static final SearchParameter NAME = parameter(TYPE, "name");
    private static final SearchParameter POSTCODE = parameter(TYPE, "address-postalcode");

    private final Store store;
    private final Access access;

    Directory(Store store, Access access) {
        this.store = store;
        this.access = access;
    }

    private static SearchParameter parameter(String type, String code) {
        return SearchParameters.r4().find(type, code).orElseThrow();
    }

    /// Organisations whose name holds every word, or whose code or postcode it is; those that are open first.
    List<ObjectNode> find(String typed) {
        access.require(access.current(), Right.SEARCH, TYPE);
        var words =
                List.of(typed.strip().split("\\s+")).stream()
                        .filter(word -> !word.isEmpty())
                        .limit(8)
                        .toList();
        if (words.isEmpty()) {
            return List.of();
        }
        var named =
                new Criterion.AllOf(
                        words.stream()
                                .<Criterion>map(word ->
                                        new Criterion.AnyValue(
                                                NAME,
                                                List.of(new Test.Contains(Keys.normal(word)))))
                                .toList());
        var code =
                Keys.token(
                        Keys.salt(TYPE, "identifier"),
                        OdsRules.ODS,
                        typed.strip().toUpperCase(Locale.ROOT));
        var either =
                new Criterion.AnyOf(
                        List.of(
                                new Criterion.AnyIdentifier(Set.of(code)),
                                new Criterion.AnyValue(POSTCODE, postcodes(typed)),
                                named));
        var query = SearchQuery.of(TYPE, MOST, either).seenBy(access.sight(access.current()));
        return store.search(query).matches().stream()
                .map(Stored::json)
                .sorted(
                        Comparator.comparing((ObjectNode one) -> closed(one))
                                .thenComparing(one -> name(one).toLowerCase(Locale.ROOT))
                                .thenComparing(one -> one.path("id").asString("")))
                .toList();
    }

    /// A postcode as it is written, with or without its space.
    private static List<Test> postcodes(String typed) {
        var bare = typed.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
        var forms = new LinkedHashSet<String>();
        forms.add(Keys.normal(typed.strip()));
        if (bare.length() > 4) {
            forms.add(
                    Keys.normal(
                            bare.substring(0, bare.length() - 3)
                                    + " "
                                    + bare.substring(bare.length() - 3)));
        }
        return forms.stream().<Test>map(Test.Starts::new).toList();
    }

    static String name(JsonNode organisation) {
        return organisation.path("name").asString(organisation.path("id").asString(""));
    }

    private static String named(JsonNode organisation) {
        return name(organisation) + (closed(organisation) ? " (closed)" : "");
    }

    static boolean closed(JsonNode organisation) {
        return !organisation.path("active").asBoolean(true);
    }

    /// What is known around an organisation.
    ///
    /// @param above what it is part of, the nearest first
    /// @param within what is part of it
    /// @param affiliations of which it is one end
    /// @param names of the other ends, by id
    /// @param more whether there are more of something than are looked at
    record Around(
            ObjectNode organisation,
            List<ObjectNode> above,
            List<ObjectNode> within,
            List<ObjectNode> affiliations,
            Map<String, String> names,
            List<ObjectNode> places,
            List<ObjectNode> services,
            List<ObjectNode> workers,
            boolean more) {}

    /// Everything about an organisation.
    ///
    /// @throws Refused with [Problem.NotFound]
    Around organisation(String id) {
        access.require(access.current(), Right.READ, TYPE);
        var organisation =
                read(id).orElseThrow(() -> new Refused(new Problem.NotFound("The organisation")));
        var first = referring("OrganizationAffiliation", "primary-organization", id);
        var second = referring("OrganizationAffiliation", "participating-organization", id);
        var affiliations = new ArrayList<ObjectNode>(first);
        affiliations.addAll(second);
        var within = new ArrayList<>(referring(TYPE, "partof", id));
        within.sort(
                Comparator.comparing((ObjectNode one) -> closed(one))
                        .thenComparing(Directory::name));
        var places = referring("Location", "organization", id);
        var services = referring("HealthcareService", "organization", id);
        var workers = referring("PractitionerRole", "organization", id);
        return new Around(
                organisation,
                above(organisation),
                within,
                affiliations,
                names(affiliations),
                places,
                services,
                workers,
                List.of(first, second, within, places, services, workers).stream()
                        .anyMatch(list -> list.size() >= MOST_AROUND));
    }

    private Optional<ObjectNode> read(String id) {
        return store.read(TYPE, id).filter(stored -> !stored.deleted()).map(Stored::json);
    }

    private List<ObjectNode> above(ObjectNode organisation) {
        var above = new ArrayList<ObjectNode>();
        var seen = new HashSet<String>(Set.of(organisation.path("id").asString("")));
        var at = Optional.of(organisation);
        while (at.isPresent() && above.size() < HIGHEST) {
            var next = end(at.get().path("partOf"));
            at = seen.add(next) ? read(next) : Optional.empty();
            at.ifPresent(above::add);
        }
        return above;
    }

    /// The id of the organisation that a reference leads to; empty for none.
    static String end(JsonNode reference) {
        var text = reference.path("reference").asString("");
        return text.startsWith("Organization/") ? text.substring("Organization/".length()) : "";
    }

    private List<ObjectNode> referring(String type, String parameter, String id) {
        var by =
                Keys.reference(
                        Keys.salt(SearchParameters.r4().find(type, parameter).orElseThrow()),
                        Keys.resource(TYPE, id));
        var query =
                SearchQuery.of(type, AT_ONCE, new Criterion.AnyToken(Set.of(by)))
                        .seenBy(access.sight(access.current()));
        var all = new ArrayList<ObjectNode>();
        var page = store.search(query);
        page.matches().stream().map(Stored::json).forEach(all::add);
        while (page.next().isPresent() && all.size() < MOST_AROUND) {
            page = store.search(query.from(page.next().get()));
            page.matches().stream().map(Stored::json).forEach(all::add);
        }
        return all;
    }

    private Map<String, String> names(List<ObjectNode> affiliations) {
        var ids =
                affiliations.stream()
                        .flatMap(one ->
                                List.of(
                                        end(one.path("organization")),
                                        end(one.path("participatingOrganization")))
                                        .stream())
                        .filter(id -> !id.isEmpty())
                        .collect(Collectors.toSet());
        var names = new HashMap<String, String>();
        if (!ids.isEmpty()) {
            store.search(SearchQuery.of(TYPE, ids.size(), new Criterion.Ids(ids)))
                    .matches()
                    .forEach(found -> names.put(found.id(), named(found.json())));
        }
        return names;
    }
}
