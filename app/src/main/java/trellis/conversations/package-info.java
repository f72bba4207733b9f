/// Conversations: secure messages inside Trellis, between members of staff, between organisations, and between a person and
/// those who care for them. What is said about a patient is part of the record and seen by whoever may see that; outside
/// goes only that something waits ([trellis.notices]).
///
/// Standards: FHIR R4 Communication; DCB1596 (secure email), whose place it takes inside one node; NHS service manual.
/// Hazards: H-361 (a message is not read in time), H-362 (it goes to the wrong person), H-363 (what it says shows outside),
/// H-365 (it is changed or lost), H-401 (who it is not for reads it).
@NullMarked
@ApplicationModule(
        allowedDependencies = {"access", "api", "audit", "notices", "page", "people", "store"})
package trellis.conversations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
