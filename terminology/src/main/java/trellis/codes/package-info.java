/// Code systems in a compact form that answers in microseconds, the readers of published releases (SNOMED CT RF2, dm+d, LOINC,
/// ICD-10), ECL, and FHIR's own content model: code systems, value sets and concept maps. No framework, no database.
@NullMarked
package trellis.codes;

import org.jspecify.annotations.NullMarked;
