package trellis.testkit;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import trellis.fhir.Issue;

/// Why the two verdicts may differ. A disagreement that no reason explains is a fault: of our
/// validator, or of this list.
///
/// @param title in a few words
/// @param refuser who finds an error where the other finds none
/// @param messages what the refuser's messages look like
/// @param explanation why, for a reader who knows FHIR
record Reason(String title, Refuser refuser, Pattern messages, String explanation) {

    /// The side that refuses.
    enum Refuser {
        HAPI("HAPI"),
        TRELLIS("Trellis");

        private final String text;

        Refuser(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static final List<Reason> ALL =
            List.of(
                    new Reason(
                            "An extension that carries an element of another FHIR version",
                            Refuser.HAPI,
                            Pattern.compile("is not valid \\(invalid Version '"),
                            """
                            URLs such as `http://hl7.org/fhir/5.0/StructureDefinition/...` are known to HAPI
                            only when the definitions of that version are loaded. We hold an extension with
                            an unknown URL to be data, whoever defined it. Eight of the published UK Core
                            examples have such extensions.\
                            """),
                    new Reason(
                            "A language that is not a BCP 47 tag",
                            Refuser.HAPI,
                            Pattern.compile("http://hl7.org/fhir/ValueSet/languages"),
                            """
                            R4 prefers BCP 47 tags for languages, and names them as the largest value set
                            allowed; HAPI refuses a CodeableConcept without one. We enforce bindings of
                            strength required only, so that SNOMED CT codes for languages and other ways to
                            communicate can be kept. Two of the published UK Core examples have nothing
                            else.\
                            """),
                    new Reason(
                            "A code that its code system does not have",
                            Refuser.HAPI,
                            Pattern.compile("Unknown code '"),
                            """
                            A code of one of the specification's own systems is missing or wrong, in a place
                            without a required binding. Codes outside of required bindings are the business
                            of a terminology service, and do not stop a write.\
                            """),
                    new Reason(
                            "A unit that is not UCUM",
                            Refuser.HAPI,
                            Pattern.compile("Error processing unit"),
                            """
                            HAPI parses the codes of units by UCUM's grammar. We do not: a unit is code like
                            others without a required binding.\
                            """),
                    new Reason(
                            "A required code given by an extension only",
                            Refuser.HAPI,
                            Pattern.compile("No code provided, and a code is required"),
                            """
                            An element with a required binding has no value, but an extension, such as the
                            reason why the value is absent. R4 allows an extension in place of any primitive
                            value; HAPI wants a code all the same.\
                            """),
                    new Reason(
                            "An identifier of a system that HAPI knows",
                            Refuser.HAPI,
                            Pattern.compile("is not correct for the identifier"),
                            """
                            HAPI knows how identifiers of some systems look, such as UUIDs of
                            `https://tools.ietf.org/html/rfc4122`. R4 does not state it.\
                            """),
                    new Reason(
                            "HAPI fails",
                            Refuser.HAPI,
                            Pattern.compile(Hapi.FAILURE),
                            """
                            HAPI's validator ends with an exception instead of a verdict.\
                            """),
                    new Reason(
                            "A control character",
                            Refuser.TRELLIS,
                            Pattern.compile("without control characters|must be a code: no space"),
                            """
                            Text must not hold characters below 32, but for tab, carriage return and line
                            feed, says the specification of string, of which code is a kind. HAPI lets some
                            of them pass.\
                            """),
                    new Reason(
                            "An empty array of primitive values",
                            Refuser.TRELLIS,
                            Pattern.compile("is an empty array"),
                            """
                            Arrays in FHIR's JSON are never empty. HAPI says so of arrays of objects, but
                            overlooks arrays of primitive values.\
                            """),
                    new Reason(
                            "A reference to a type that is not allowed there",
                            Refuser.TRELLIS,
                            Pattern.compile("may refer to .* only|The reference leads to"),
                            """
                            HAPI looks at the types of references that it can resolve. We read the type from
                            the address as well: a Condition's subject is never a `Device/1`.\
                            """),
                    new Reason(
                            "A narrative that is not well formed",
                            Refuser.TRELLIS,
                            Pattern.compile("well-formed XHTML"),
                            """
                            HAPI closes what a narrative leaves open. We do not mend what others will have to
                            show: XHTML is XML.\
                            """),
                    new Reason(
                            "A code system that is not an absolute URI",
                            Refuser.TRELLIS,
                            Pattern.compile("The system of a code must be an absolute URI"),
                            """
                            The system of an element of type Coding must be absolute. HAPI overlooks some,
                            such as the labels in Resource.meta and the bare scheme `urn:`. Within a
                            CodeableConcept neither side asks for it.\
                            """));

    /// The reason of a disagreement; empty when some message of the refusing side has none.
    static Optional<Reason> of(Verdict verdict) {
        var refuser = verdict.ours().isEmpty() ? Refuser.HAPI : Refuser.TRELLIS;
        var messages =
                verdict.ours().isEmpty()
                        ? verdict.hapi()
                        : verdict.ours().stream().map(Issue::diagnostics).toList();
        var reasons = messages.stream().map(m -> of(refuser, m).findFirst()).toList();
        return reasons.stream().allMatch(Optional::isPresent)
                ? reasons.getFirst()
                : Optional.empty();
    }

    private static Stream<Reason> of(Refuser refuser, String message) {
        return ALL.stream().filter(r -> r.refuser == refuser && r.messages.matcher(message).find());
    }
}
