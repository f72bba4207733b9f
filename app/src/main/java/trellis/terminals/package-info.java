/// Terminals: machines that several people use in turn. Somebody who has signed in this shift comes back
/// with a badge or a PIN, to their last patient; what they had typed waits for them alone.
///
/// Standards: NHS Data Security and Protection Toolkit (own accounts, no shared ones). Hazards: H-201 (a
/// record is shown to somebody who may not see it), H-202 (somebody who must see it is shut out).
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "audit", "page", "store"})
package trellis.terminals;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
