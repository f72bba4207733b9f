/// The XML format of FHIR R4 (https://hl7.org/fhir/R4/xml.html), read into and written from the same JSON that everything else
/// here works on. The definitions say what repeats, what is a number and in which order elements stand; what they do not know
/// is carried through, so that the validator can name it.
@NullMarked
package trellis.fhir.xml;

import org.jspecify.annotations.NullMarked;
