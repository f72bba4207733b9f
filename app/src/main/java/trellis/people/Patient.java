package trellis.people;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Resource;
import trellis.page.StaffFormat;
import trellis.page.When;

/// A FHIR Patient, with what pages ask of it.
public record Patient(ObjectNode json) implements Resource {

    public Patient {
        requireNonNull(json);
    }

    /// Our opaque id.
    public String key() {
        return id().orElse("");
    }

    /// The name to call somebody by: the official one, else the usual one, else any that is not old.
    public Optional<Name> name() {
        return name("official")
                .or(() -> name("usual"))
                .or(() -> names().stream().filter(Name::current).findFirst());
    }

    private Optional<Name> name(String use) {
        return names().stream()
                .filter(name -> name.use().equals(use) && name.current())
                .findFirst();
    }

    /// Every name, in the order recorded.
    public List<Name> names() {
        var all = new ArrayList<Name>();
        json.path("name").forEach(name -> all.add(Name.of(name)));
        return all;
    }

    /// `SURNAME, First (Title)`.
    public String shownName() {
        return name().map(Name::shown).orElse("Name not known");
    }

    /// The birth date as precisely as it is known.
    public Optional<When> born() {
        return When.of(json.path("birthDate").asString(""));
    }

    /// Whether the person is recorded as dead.
    public boolean dead() {
        return died().isPresent() || json.path("deceasedBoolean").asBoolean(false);
    }

    /// When the person died, if that is recorded.
    public Optional<When> died() {
        return When.of(json.path("deceasedDateTime").asString(""));
    }

    /// The gender in words (FHIR `administrative-gender`; CGS-0005).
    public String gender() {
        return switch (json.path("gender").asString("")) {
            case "male" -> "Male";
            case "female" -> "Female";
            case "other" -> "Other";
            case "unknown" -> StaffFormat.NOT_KNOWN;
            default -> StaffFormat.NOT_RECORDED;
        };
    }

    /// The NHS number, if there is a valid one.
    public Optional<NhsNumber> nhsNumber() {
        for (var identifier : json.path("identifier")) {
            if (identifier.path("system").asString("").equals(NhsNumber.SYSTEM)) {
                var number = NhsNumber.of(identifier.path("value").asString(""));
                if (number.isPresent()) {
                    return number;
                }
            }
        }
        return Optional.empty();
    }

    /// Identifiers other than the NHS number: each as `number (whose)`.
    public List<String> otherNumbers() {
        var all = new ArrayList<String>();
        for (var identifier : json.path("identifier")) {
            var value = identifier.path("value").asString("");
            if (!identifier.path("system").asString("").equals(NhsNumber.SYSTEM)
                    && !value.isEmpty()) {
                var kind = trellis.page.Words.of(identifier.path("type"));
                all.add(kind.map(words -> value + " (" + words + ")").orElse(value));
            }
        }
        return all;
    }

    /// The home address, else the first that is not old.
    public Optional<JsonNode> address() {
        var current = new ArrayList<JsonNode>();
        json.path("address")
                .forEach(address -> {
                    if (!address.path("use").asString("").equals("old")) {
                        current.add(address);
                    }
                });
        return current.stream()
                .filter(address -> address.path("use").asString("").equals("home"))
                .findFirst()
                .or(() -> current.stream().findFirst());
    }

    /// The address in one line.
    public Optional<String> addressLine() {
        return address()
                .map(address -> {
                    var parts = new ArrayList<String>();
                    address.path("line").forEach(line -> parts.add(line.asString("")));
                    for (var part : List.of("city", "district", "postalCode")) {
                        parts.add(address.path(part).asString(""));
                    }
                    var joined =
                            parts.stream()
                                    .filter(part -> !part.isBlank())
                                    .collect(Collectors.joining(", "));
                    return joined.isEmpty() ? address.path("text").asString("") : joined;
                })
                .filter(line -> !line.isBlank());
    }

    /// The postcode.
    public Optional<String> postcode() {
        return address()
                .map(address -> address.path("postalCode").asString(""))
                .filter(code -> !code.isBlank());
    }

    /// Telephone numbers and mail addresses, each with what it is for.
    public List<String> contacts() {
        var all = new ArrayList<String>();
        for (var contact : json.path("telecom")) {
            var value = contact.path("value").asString("");
            var use = contact.path("use").asString("");
            if (!value.isEmpty() && !use.equals("old")) {
                all.add(use.isEmpty() ? value : value + " (" + use + ")");
            }
        }
        return all;
    }

    /// Whether the record is restricted: where the person lives and is registered must be protected
    /// (UK Core, security label `R`).
    public boolean restricted() {
        for (var label : json.path("meta").path("security")) {
            var code = label.path("code").asString("");
            if (code.equals("R") || code.equals("V")) {
                return true;
            }
        }
        return false;
    }

    /// Whether the record must not be shown to anybody (PDS, security label `REDACTED`).
    public boolean redacted() {
        return json.path("meta")
                .path("security")
                .valueStream()
                .anyMatch(label -> label.path("code").asString("").equals("REDACTED"));
    }

    /// Whether the record is out of use, such as after a merge.
    public boolean inactive() {
        return json.path("active").isBoolean() && !json.path("active").booleanValue();
    }

    /// The id of the Patient that has taken this one's place, if one has (`Patient.link`, replaced-by).
    public Optional<String> replacement() {
        return json.path("link")
                .valueStream()
                .filter(link -> link.path("type").asString("").equals("replaced-by"))
                .map(link -> link.at("/other/reference").asString(""))
                .filter(reference -> reference.startsWith("Patient/"))
                .map(reference -> reference.substring("Patient/".length()))
                .findFirst();
    }

    /// One name.
    public record Name(
            Optional<String> family,
            List<String> given,
            Optional<String> title,
            String use,
            boolean current) {

        static Name of(JsonNode name) {
            var given = new ArrayList<String>();
            name.path("given").forEach(one -> given.add(one.asString("")));
            given.removeIf(String::isBlank);
            var use = name.path("use").asString("");
            return new Name(
                    text(name.path("family"))
                            .or(() -> given.isEmpty() ? text(name.path("text")) : Optional.empty()),
                    List.copyOf(given),
                    text(name.path("prefix").path(0)),
                    use,
                    !use.equals("old") && !name.path("period").has("end"));
        }

        /// `SURNAME, First (Title)`.
        public String shown() {
            return StaffFormat.name(family, given.stream().findFirst(), title);
        }

        /// Every part, for the details: `SURNAME, First Middle (Title)`.
        public String whole() {
            return StaffFormat.name(
                    family,
                    given.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", given)),
                    title);
        }

        private static Optional<String> text(JsonNode node) {
            return Optional.of(node.asString("").strip()).filter(text -> !text.isEmpty());
        }
    }
}
