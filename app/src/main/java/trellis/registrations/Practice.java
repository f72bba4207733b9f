package trellis.registrations;

/// A practice.
///
/// @param id of the Organization
/// @param ods its ODS code
public record Practice(String id, String ods, String name) {}
