/// Portal: the person's own pages. Where they stand, who looked at their record and why, and who may act
/// for them. What they choose has its pages in `consents`, the apps they use in `apps`.
///
/// Standards: NHS service manual; Data Protection Act 2018 (right of access). Hazards: H-201 (a record is
/// shown to somebody who may not see it).
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "notices",
            "page",
            "people",
            "privacy",
            "settings",
            "store"
        })
package trellis.portal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
