/// What tests of several modules share: synthetic people, stand-ins, and HAPI FHIR as a second
// opinion.
@NullMarked
package trellis.testkit;

import org.jspecify.annotations.NullMarked;
