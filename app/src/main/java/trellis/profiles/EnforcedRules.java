package trellis.profiles;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.WriteRule;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What is written keeps to the profiles that a setting names for its type, and to those that it claims where those are checked.
@Component
final class EnforcedRules implements WriteRule {
    private static final Logger LOG = LoggerFactory.getLogger(EnforcedRules.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_CLAIMS = 20;

    private final ProfileSettings settings;
    private final Profiles profiles;

    EnforcedRules(ProfileSettings settings, Profiles profiles) {
        this.settings = settings;
        this.profiles = profiles;
    }

    /// All types, when nothing is checked too: [#check] is then asked in vain, and quickly.
    @Override
    public Set<String> types() {
        return settings.claims() == ProfileSettings.Claims.UNCHECKED && !settings.types().isEmpty()
                ? settings.types()
                : Set.of();
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        return change instanceof Proposed.Put put && settings.concerns(put.type())
                ? refused(put)
                : Optional.empty();
    }

    private Optional<Problem> refused(Proposed.Put put) {
        var issues = issues(put.content().json(), put.type());
        if (issues.isEmpty()) {
            return Optional.empty();
        }
        return switch (settings.mode()) {
            case ENFORCE -> Optional.of(new Problem.Invalid(issues));
            case REPORT -> {
                // No words of the issues: they may hold what the resource holds.
                LOG.warn(
                        "A {} was stored that breaks its profiles: {}",
                        put.type(),
                        issues.stream()
                                .map(Issue::code)
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", ")));
                yield Optional.empty();
            }
        };
    }

    private List<Issue> issues(ObjectNode resource, String type) {
        var asked = new ArrayList<>(settings.enforced().getOrDefault(type, List.of()));
        var unknown = new ArrayList<Issue>();
        if (settings.claims() != ProfileSettings.Claims.UNCHECKED) {
            unknown.addAll(claims(resource, type, asked));
        }
        if (asked.isEmpty() || !unknown.isEmpty()) {
            return unknown;
        }
        return QuietRules.quiet(validated(withoutClaims(resource), asked), resource).stream()
                // What cannot be read as the resource that it is was refused before any rule was
                // asked.
                .map(one ->
                        one.code().equals("structure")
                                ? new Issue(
                                        one.severity(),
                                        "invariant",
                                        one.diagnostics(),
                                        one.expression())
                                : one)
                .toList();
    }

    private List<Issue> validated(ObjectNode resource, List<String> asked) {
        try {
            return profiles.validate(resource, asked, PATIENCE).stream()
                    .filter(one -> one.severity() == Issue.Severity.ERROR)
                    .toList();
        } catch (Refused e) {
            if (settings.mode() == ProfileSettings.Mode.REPORT) {
                LOG.warn("A write was not validated: it is too large, or there was no time for it");
                return List.of();
            }
            if (e.problem() instanceof Problem.Invalid(var issues)) {
                return issues;
            }
            throw e;
        }
    }

    /// Adds what the resource claims to what it is asked for.
    ///
    /// @return a refusal for each claim that cannot be checked where all are
    private List<Issue> claims(ObjectNode resource, String type, List<String> asked) {
        var unknown = new ArrayList<Issue>();
        var claims = resource.path("meta").path("profile");
        for (var i = 0; i < claims.size(); i++) {
            var claim = claims.get(i).asString("");
            var place = type + ".meta.profile[" + i + "]";
            if (i >= MOST_CLAIMS) {
                unknown.add(
                        Issue.error(
                                "too-costly",
                                "No more than " + MOST_CLAIMS + " profiles are checked.",
                                place));
                return unknown;
            }
            if (profiles.knows(claim, type)) {
                if (!asked.contains(claim)) {
                    asked.add(claim);
                }
            } else if (settings.claims() == ProfileSettings.Claims.ALL) {
                unknown.add(
                        Issue.error(
                                "not-found",
                                "The resource claims a profile of "
                                        + type
                                        + " that is not held here, so it cannot be checked. Store its"
                                        + " StructureDefinition first, or leave the claim out.",
                                place));
            }
        }
        return unknown;
    }

    /// The validator follows claims by itself; which of them count has been decided.
    private static ObjectNode withoutClaims(ObjectNode resource) {
        if (!(resource.path("meta").path("profile") instanceof ArrayNode)) {
            return resource;
        }
        var copy = resource.deepCopy();
        ((ObjectNode) copy.path("meta")).remove("profile");
        if (copy.path("meta").isEmpty()) {
            copy.remove("meta");
        }
        return copy;
    }
}
