/// Jobs: the commands of the command line beside `serve`. Import, export, backup, restore, tokens:
/// each a small class behind one interface ([Command]), run by an operator at a terminal or by a
/// script.
///
/// Standards: FHIR R4 Bulk Data layout for import and export. Hazards: records lost or doubled while
/// they are moved, a backup that cannot be restored.
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "api", "audit", "notary", "settings", "store"})
package trellis.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
