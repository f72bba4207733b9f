package trellis.fhir.validation;

import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// One invariant of R4: what must hold of every instance of a type.
///
/// @param type the type it is stated for, a nested one by its path
/// @param key its key in the specification, such as `per-1`
/// @param sentence what to do when it does not hold
/// @param holds asked only of instances whose structure is right
record Rule(String type, String key, String sentence, Predicate<ObjectNode> holds) {}
