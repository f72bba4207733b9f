/// Notary: proves that the audit is what it was. A Merkle tree over its lines, tree heads signed every
/// minute, proofs that a line is in the log and that a later log continues an earlier one, and a check
/// of everything that names the first line that is not as it was.
///
/// Standards: RFC 9162 (Certificate Transparency 2.0), section 2.1; RFC 8032 (Ed25519). Hazards: H-211
/// (a record was seen and nobody can tell by whom).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "settings", "store"})
package trellis.notary;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
