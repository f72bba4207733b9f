package trellis.custodians;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.nodes.NodeSettings;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// The documents that this server keeps itself.
record Shelf(Store store, NodeSettings settings) {
    private static final int MOST = 5_000;

    /// Documents lie in the store with what they hold: only so many are in memory at once.
    private static final int AT_ONCE = 50;

    private static final String TYPE = "DocumentReference";
    private static final String BINARY = "Binary/";

    /// Documents that this server keeps of one record, as they are told of.
    ///
    /// @param json newest first, without what they hold
    /// @param total how many there are, also those that are not told of
    record Kept(List<ObjectNode> json, int total) {}

    Kept kept(String patient, Sight sight) {
        var names = new HashMap<String, String>();
        var json = new ArrayList<ObjectNode>();
        var page = store.search(query(patient, sight, true));
        var total = page.total();
        told(page, names, json);
        while (page.next().isPresent() && json.size() < MOST) {
            page = store.search(query(patient, sight, false).from(page.next().get()));
            told(page, names, json);
        }
        return new Kept(json, Math.max(json.size(), Math.toIntExact(total.orElse(json.size()))));
    }

    private static SearchQuery query(String patient, Sight sight, boolean total) {
        return new SearchQuery(
                        TYPE,
                        List.of(new Criterion.OfPatients(Set.of(patient))),
                        List.of(),
                        AT_ONCE,
                        Optional.empty(),
                        total,
                        List.of())
                .seenBy(sight);
    }

    private void told(SearchPage page, Map<String, String> names, List<ObjectNode> json) {
        for (var match : page.matches()) {
            json.add(
                    HeldRules.told(
                            match.json(),
                            settings.address(),
                            reference -> names.computeIfAbsent(reference, this::name)));
        }
    }

    private String name(String reference) {
        var slash = reference.indexOf('/');
        return slash > 0 && reference.startsWith("Organization/")
                ? store.read("Organization", reference.substring(slash + 1))
                        .filter(found -> !found.deleted())
                        .map(found -> found.json().path("name").asString(""))
                        .filter(name -> !name.isBlank())
                        .orElse(reference.substring(slash + 1))
                : settings.organisation();
    }

    /// A content of a document that this server keeps.
    ///
    /// @param patient whose record it belongs to
    /// @throws Refused with [Problem.NotFound], also when it may not be seen
    Content content(String patient, Sight sight, String id, int number) {
        var nothing = new Refused(new Problem.NotFound("The document"));
        var document =
                store.read(TYPE, id, sight)
                        .filter(found ->
                                !found.deleted()
                                        && found.patient() == Keys.resource("Patient", patient))
                        .map(Stored::json)
                        .orElseThrow(() -> nothing);
        var attachment = document.path("content").path(number).path("attachment");
        var url = attachment.path("url").asString("");
        var base = settings.address() + "/fhir/";
        var reference = url.startsWith(base) ? url.substring(base.length()) : url;
        var type = attachment.path("contentType").asString("");
        if (attachment.has("data")) {
            return content(type, attachment.path("data").asString(""));
        }
        if (!reference.startsWith(BINARY)) {
            throw nothing;
        }
        var binary =
                store.read("Binary", reference.substring(BINARY.length()))
                        .filter(found -> !found.deleted())
                        .map(Stored::json)
                        .orElseThrow(() -> nothing);
        return content(binary.path("contentType").asString(type), binary.path("data").asString(""));
    }

    private Content content(String type, String base64) {
        if (base64.length() / 4 * 3L > settings.largest()) {
            throw new Refused(
                    new Problem.TooLarge("The document is larger than this server passes on."));
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(base64);
            return new Content(
                    ContentRules.type(type), bytes.length, new ByteArrayInputStream(bytes));
        } catch (IllegalArgumentException e) {
            throw new Refused(new Problem.NotFound("The document"));
        }
    }
}
