package trellis.access;

import java.time.Instant;

/// Somebody has opened a record with a reason. Told after it was written down; whoever listens must not stop it.
///
/// @param account of who opened it
/// @param patient id of the patient whose it is
public record RecordOpened(long account, String patient, Instant when) {}
