/// FHIR R4 as JSON: resources are views over their tree, never a class per type. Numbers keep the
/// text they were sent with, unknown elements and extensions survive, and what is written equals
/// what was read. Also the one family of refusals ([Problem]) that every door speaks.
@NullMarked
package trellis.fhir;

import org.jspecify.annotations.NullMarked;
