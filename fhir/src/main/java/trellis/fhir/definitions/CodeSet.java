package trellis.fhir.definitions;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The codes of a value set, all of them.
///
/// @param valueSet its URL, without version
/// @param codesBySystem codes by the URL of their system
/// @param codes the codes alone, as elements of type `code` hold them
public record CodeSet(String valueSet, Map<String, Set<String>> codesBySystem, Set<String> codes) {

    CodeSet(String valueSet, Map<String, Set<String>> codesBySystem) {
        this(
                valueSet,
                codesBySystem,
                codesBySystem.values().stream()
                        .flatMap(Set::stream)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /// Whether a Coding's pair is in the set.
    public boolean contains(String system, String code) {
        var ofSystem = codesBySystem.get(system);
        return ofSystem != null && ofSystem.contains(code);
    }
}
