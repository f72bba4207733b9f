/// Custodians: the documents of a person wherever they are kept. The locator says who keeps some, each of them is asked at once, and
/// what each answers, or that it does not, stands beside the others. A document is opened through this server, which asks its
/// custodian for the person who reads it.
///
/// Standards: FHIR R4 (DocumentReference, Binary, searchset with outcome entries), National Record Locator, after IHE XCA and MHD.
/// Hazards: H-373 (a source that is away looks empty), H-374 (one document looks like two, or two like one), H-375 (a document harms
/// who opens it), H-376 (a document is older than its custodian's).
@NullMarked
@ApplicationModule(
        allowedDependencies = {"access", "audit", "documents", "nodes", "page", "people", "store"})
package trellis.custodians;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
