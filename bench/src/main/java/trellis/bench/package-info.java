/// The benchmark: a load driver for any FHIR server, and reports.
@NullMarked
package trellis.bench;

import org.jspecify.annotations.NullMarked;
