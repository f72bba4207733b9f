package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.deep;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.util.List;
import java.util.stream.Stream;

/// Invariants of questionnaires and their answers.
final class FormRules {
    private static final String ITEM = "Questionnaire.item";

    private static final List<Rule> DISPLAY =
            List.of(
                    new Rule(
                            ITEM,
                            "que-1",
                            "A group must have items, a display must not",
                            it ->
                                    (!is(it, "type", "group") || has(it, "item"))
                                            && (!is(it, "type", "display") || lacks(it, "item"))),
                    new Rule(
                            ITEM,
                            "que-3",
                            "A display must not have a code",
                            it -> !is(it, "type", "display") || lacks(it, "code")),
                    new Rule(
                            ITEM,
                            "que-6",
                            "A display must not have required or repeats",
                            it -> !is(it, "type", "display") || !hasAny(it, "required", "repeats")),
                    new Rule(
                            ITEM,
                            "que-8",
                            "A group or display must not have an initial value",
                            it -> !is(it, "type", "group", "display") || lacks(it, "initial")),
                    new Rule(
                            ITEM,
                            "que-9",
                            "A display must not have readOnly",
                            it -> !is(it, "type", "display") || lacks(it, "readOnly")));

    private static final List<Rule> CONTENT =
            List.of(
                    new Rule(
                            "Questionnaire",
                            "que-2",
                            "Every linkId must be used once only",
                            it -> Elements.distinct(deep(it, "item").map(i -> text(i, "linkId")))),
                    new Rule(
                            ITEM,
                            "que-4",
                            "Give answerOption or answerValueSet, not both",
                            it -> lacks(it, "answerOption") || lacks(it, "answerValueSet")),
                    new Rule(
                            ITEM,
                            "que-5",
                            "Only a question with a choice or a simple value may have answer options",
                            it ->
                                    !hasAny(it, "answerOption", "answerValueSet")
                                            || is(
                                                    it,
                                                    "type",
                                                    "choice",
                                                    "open-choice",
                                                    "decimal",
                                                    "integer",
                                                    "date",
                                                    "dateTime",
                                                    "time",
                                                    "string",
                                                    "quantity")),
                    new Rule(
                            ITEM,
                            "que-10",
                            "Only a question answered by text or number may have a maxLength",
                            it ->
                                    lacks(it, "maxLength")
                                            || is(
                                                    it,
                                                    "type",
                                                    "boolean",
                                                    "decimal",
                                                    "integer",
                                                    "string",
                                                    "text",
                                                    "url",
                                                    "open-choice")),
                    new Rule(
                            ITEM,
                            "que-11",
                            "Mark initial answer options instead of giving an initial value",
                            it -> lacks(it, "answerOption") || lacks(it, "initial")),
                    new Rule(
                            ITEM,
                            "que-12",
                            "More than two enableWhen need an enableBehavior",
                            it -> each(it, "enableWhen").size() <= 2 || has(it, "enableBehavior")),
                    new Rule(
                            ITEM,
                            "que-13",
                            "Only a repeating question may have several initial values",
                            it -> is(it, "repeats", "true") || each(it, "initial").size() <= 1),
                    new Rule(
                            "Questionnaire.item.enableWhen",
                            "que-7",
                            "The operator exists must be answered by a boolean",
                            it -> !is(it, "operator", "exists") || it.has("answerBoolean")),
                    new Rule(
                            "QuestionnaireResponse.item",
                            "qrs-1",
                            "Give answers or items, not both: items under an answer go into the answer",
                            it -> lacks(it, "answer") || lacks(it, "item")));

    static final List<Rule> ALL = Stream.of(DISPLAY, CONTENT).flatMap(List::stream).toList();

    private FormRules() {}
}
