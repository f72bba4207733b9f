package trellis.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;

/// Asks our validator and HAPI's about the same resources.
final class SecondOpinion {
    private static final int THREADS = 2;
    private static final int BATCH = 500;
    private static final long SEED = 4_001;
    private static final List<Mutation> MUTATIONS = List.of(Mutation.values());

    private final Hapi hapi = new Hapi();
    private final Validator validator = Validator.r4();

    /// So many resources of each type of the cohort, the same ones each time.
    Map<String, ObjectNode> sample(Cohort cohort, int ofEachType) {
        var chance = new Random(SEED);
        var sample = new LinkedHashMap<String, ObjectNode>();
        for (var type : cohort.types()) {
            try (var all = cohort.resources(type)) {
                var resources = new ArrayList<>(all.toList());
                Collections.shuffle(resources, chance);
                resources.stream()
                        .limit(ofEachType)
                        .forEach(r -> sample.put(type + "/" + Resource.of(r).id().orElse(""), r));
            }
        }
        return sample;
    }

    /// What both say of every resource of the cohort, in batches that fit into memory.
    List<Verdict> ofAll(Cohort cohort) {
        var verdicts = new ArrayList<Verdict>();
        for (var type : cohort.types()) {
            try (var all = cohort.resources(type)) {
                var batch = new LinkedHashMap<String, ObjectNode>();
                for (var resource : (Iterable<ObjectNode>) all::iterator) {
                    batch.put(type + "/" + Resource.of(resource).id().orElse(""), resource);
                    if (batch.size() == BATCH) {
                        verdicts.addAll(of(batch));
                        batch.clear();
                    }
                }
                verdicts.addAll(of(batch));
            }
        }
        return verdicts;
    }

    /// The published UK Core examples, turned from XML into JSON, by file name.
    Map<String, ObjectNode> examples(Path ukCore) {
        try (var files = Files.list(ukCore.resolve("examples"))) {
            var examples = new LinkedHashMap<String, ObjectNode>();
            for (var file : files.sorted().toList()) {
                var json = hapi.json(Files.readString(file));
                examples.put(file.getFileName().toString(), Json.parse(json.getBytes(UTF_8)));
            }
            return examples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Broken copies of the resources, each in one place, the same ones each time.
    Map<String, ObjectNode> mutants(Map<String, ObjectNode> resources, int count) {
        var chance = new Random(SEED);
        var originals = List.copyOf(resources.entrySet());
        var mutants = new LinkedHashMap<String, ObjectNode>();
        for (var i = 0; i < count; i++) {
            var original = originals.get(chance.nextInt(originals.size()));
            var mutation = MUTATIONS.get(i % MUTATIONS.size());
            mutants.put(
                    "mutant " + i + ", " + mutation + " in " + original.getKey(),
                    mutation.of(original.getValue(), chance));
        }
        return mutants;
    }

    /// What both say, in the order of the resources.
    List<Verdict> of(Map<String, ObjectNode> resources) {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var verdicts = new ArrayList<Future<Verdict>>();
            resources.forEach(
                    (name, resource) -> verdicts.add(threads.submit(() -> of(name, resource))));
            return verdicts.stream().map(SecondOpinion::done).toList();
        }
    }

    private Verdict of(String name, ObjectNode resource) {
        var text = Json.write(resource);
        var ours = validator.validate(Resource.of(Json.parse(text)));
        return new Verdict(name, ours, hapi.errors(new String(text, UTF_8)));
    }

    private static Verdict done(Future<Verdict> verdict) {
        try {
            return verdict.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
