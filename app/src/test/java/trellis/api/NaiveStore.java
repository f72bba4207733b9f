package trellis.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trellis.fhir.Resource;
import trellis.fhir.search.Extractor;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchValue;
import trellis.store.Stored;

/// Resources in memory with their search values: what a search is checked against. It knows nothing
/// of hashes, rows or SQL.
final class NaiveStore {

    private final Map<String, Entry> byAddress = new LinkedHashMap<>();
    private final Map<String, List<Entry>> byType = new HashMap<>();

    /// A resource with what it can be found by.
    ///
    /// @param updated microseconds since 1970
    record Entry(
            String type, String id, long row, long updated, Map<String, List<SearchValue>> values) {

        String address() {
            return type + "/" + id;
        }

        List<SearchValue> of(SearchParameter parameter) {
            return values.getOrDefault(parameter.code(), List.of());
        }
    }

    /// Something contained, as if it were a resource by itself.
    ///
    void put(Resource resource, long row, long updated) {
        var entry =
                new Entry(
                        resource.type(),
                        resource.id().orElseThrow(),
                        row,
                        updated,
                        values(resource));
        byType.computeIfAbsent(entry.type(), _ -> new ArrayList<>()).add(entry);
    }

    void put(Resource resource, Stored stored) {
        var updated =
                java.time.temporal.ChronoUnit.MICROS.between(
                        java.time.Instant.EPOCH, stored.lastUpdated());
        var entry = new Entry(stored.type(), stored.id(), stored.row(), updated, values(resource));
        byAddress.put(entry.address(), entry);
        byType.computeIfAbsent(entry.type(), _ -> new ArrayList<>()).add(entry);
    }

    private static Map<String, List<SearchValue>> values(Resource resource) {
        var values = new HashMap<String, List<SearchValue>>();
        for (var value : Extractor.r4().extract(resource)) {
            values.computeIfAbsent(value.parameter().code(), _ -> new ArrayList<>()).add(value);
        }
        return values;
    }

    List<Entry> of(String type) {
        return byType.getOrDefault(type, List.of());
    }

    List<String> types() {
        return byType.keySet().stream().sorted().toList();
    }

    @org.jspecify.annotations.Nullable
    Entry at(String address) {
        return byAddress.get(address);
    }

    int size() {
        return byAddress.size();
    }
}
