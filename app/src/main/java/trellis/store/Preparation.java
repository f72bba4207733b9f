package trellis.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchValue;

/// Makes resources ready to be stored. Pure work for the processor: as many threads as there are
/// cores may prepare at once.
public final class Preparation {

    private static final int HASH_BYTES = 16;

    private final Bodies bodies = new Bodies();
    private final Catalogue catalogue;

    /// For the parameters of R4 alone.
    public Preparation() {
        this(new Catalogue());
    }

    /// For the parameters of a server.
    public Preparation(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /// Prepares a resource that has its type and id and has been validated.
    public Prepared prepare(Resource resource) {
        var type = resource.type();
        var id =
                resource.id()
                        .orElseThrow(() -> new IllegalArgumentException("a resource without id"));
        var plain = Bodies.plain(resource.json());
        var values = catalogue.extractor().extract(resource);
        var standard =
                values.stream().filter(value -> catalogue.isStandard(value.parameter())).toList();
        var patient = patient(type, id, standard);
        return new Prepared(
                type,
                id,
                patient,
                plain.splice(),
                hash(plain),
                bodies.pack(plain.bytes()),
                RowsOf.values(
                        values,
                        patient,
                        Relationships.of(type, patient, standard),
                        catalogue.worded().contains(type) ? Words.of(resource) : List.of()),
                contained(resource),
                References.of(resource));
    }

    /// What stands within a resource; of several of one id the first.
    private List<Prepared.Within> contained(Resource resource) {
        var found = new LinkedHashMap<String, Prepared.Within>();
        for (var json : resource.json().path("contained")) {
            if (json instanceof ObjectNode object) {
                var one = Resource.of(object);
                var type = one.type();
                if (Definitions.r4().isResourceType(type) && one.id().isPresent()) {
                    var rows =
                            RowsOf.values(
                                    catalogue.extractor().extract(one),
                                    0,
                                    List.of(),
                                    catalogue.worded().contains(type) ? Words.of(one) : List.of());
                    var id = one.id().get();
                    found.putIfAbsent(id, new Prepared.Within(type, id, rows));
                }
            }
        }
        return List.copyOf(found.values());
    }

    /// The JSON of a content as it is read from the store, without asking the store.
    ///
    /// @param written what became of it
    public byte[] body(Prepared content, Written written) {
        return Bodies.whole(
                bodies.unpack(content.body()),
                content.splice(),
                written.version(),
                written.lastUpdated());
    }

    /// The start of a SHA-256: two contents of one resource that share it are the same content.
    private static byte[] hash(Bodies.Plain plain) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Arrays.copyOf(digest.digest(plain.bytes()), HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// The patient whose record a resource belongs to: the patient compartment of FHIR R4, and where
    /// several patients are named, the first of the parameter that says whom it is about.
    private static long patient(String type, String id, List<SearchValue> values) {
        if (type.equals("Patient")) {
            return Keys.resource(type, id);
        }
        var best = Integer.MAX_VALUE;
        var patient = 0L;
        for (var value : values) {
            if (value instanceof SearchValue.Reference reference
                    && reference.type().equals("Patient")
                    && rank(reference.parameter()) < best) {
                best = rank(reference.parameter());
                patient = Keys.resource("Patient", reference.id());
            }
        }
        return patient;
    }

    private static int rank(SearchParameter parameter) {
        return switch (parameter.code()) {
            case "patient" -> 0;
            case "subject" -> 1;
            case "beneficiary", "individual", "actor", "member" -> 2;
            case "focus" -> 4;
            default -> 3;
        };
    }
}
