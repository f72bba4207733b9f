package trellis.access;

import trellis.store.Criterion;

/// Reads the query of a scope, such as the `category=laboratory` of
/// `patient/Observation.rs?category=laboratory`. Whoever reads searches knows how.
public interface ScopeFilter {

    /// @throws trellis.fhir.Refused when it is no query of this type
    Criterion criterion(String type, String query);
}
