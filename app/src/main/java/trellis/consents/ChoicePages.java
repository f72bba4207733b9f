package trellis.consents;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Persons;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PublicFormat;
import trellis.people.People;
import trellis.store.Keys;
import trellis.store.Store;

/// A person's own pages of their choices: what they have chosen, one question a page, and what they
/// chose before.
@PageController
final class ChoicePages {
    private static final DateTimeFormatter TYPED =
            DateTimeFormatter.ofPattern("d/M/uuuu", Locale.ENGLISH);

    private final Consents consents;
    private final Access access;
    private final Persons persons;
    private final People people;
    private final Store store;
    private final PageViews views;
    private final Pages pages;

    ChoicePages(
            Consents consents,
            Access access,
            Persons persons,
            People people,
            Store store,
            PageViews views,
            Pages pages) {
        this.consents = consents;
        this.access = access;
        this.persons = persons;
        this.people = people;
        this.store = store;
        this.views = views;
        this.pages = pages;
    }

    /// @param wanted id of the patient whom it is about; empty for the person themselves
    /// @param made present when a choice has just been made
    @GetMapping("/me/choices")
    ResponseEntity<byte[]> show(
            @RequestParam(name = "for", defaultValue = "") String wanted,
            @RequestParam(required = false) String made,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        var patient = whose.patient();
        var past =
                consents.history(patient).stream()
                        .map(one ->
                                new ChoiceView.Past(
                                        PublicFormat.dateTime(one.when()),
                                        words(one.made()),
                                        one.by()))
                        .toList();
        var view = new ChoiceView(patient, lines(consents.of(patient)), past, made != null);
        seen(patient, "your choices", request);
        return pages.show(
                Page.of("consents/choices", "Your choices", view).actingFor(acting(whose)),
                request);
    }

    @GetMapping("/me/choices/{kind}")
    ResponseEntity<byte[]> ask(
            @PathVariable String kind,
            @RequestParam(name = "for", defaultValue = "") String wanted,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        seen(whose.patient(), "a question about your choices", request);
        var chosen = chosen(kind, consents.of(whose.patient()));
        return asked(whose, kind, chosen, Map.of(), Map.of(), request);
    }

    @PostMapping("/me/choices/{kind}")
    ResponseEntity<byte[]> choose(
            @PathVariable String kind,
            @RequestParam(name = "for", defaultValue = "") String wanted,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        var chosen = new LinkedHashSet<>(sent.getOrDefault("choice", List.of()));
        var fields = sent.toSingleValueMap();
        var errors = new LinkedHashMap<String, String>();
        var made = made(kind, chosen, fields, errors);
        if (made.isEmpty()) {
            return asked(whose, kind, chosen, fields, errors, request);
        }
        consents.choose(access.current(), whose.patient(), made.get());
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/me/choices?made" + about(whose, "&")))
                .build();
    }

    private static String about(Persons.Whose whose, String between) {
        return whose.proxy().isEmpty() ? "" : between + "for=" + whose.patient();
    }

    private Optional<String> acting(Persons.Whose whose) {
        return whose.proxy().map(_ -> people.patient(whose.patient()).shownName());
    }

    private void seen(String patient, String what, HttpServletRequest request) {
        views.record(
                "page: " + what,
                Target.resource("Patient", patient, 0),
                List.of(Keys.resource("Patient", patient)),
                request);
    }

    private ResponseEntity<byte[]> asked(
            Persons.Whose whose,
            String kind,
            Set<String> chosen,
            Map<String, String> fields,
            Map<String, String> errors,
            HttpServletRequest request) {
        var patient = whose.patient();
        var view =
                new ChoiceView.Asked(
                        patient,
                        kind,
                        heading(kind),
                        hints(kind),
                        kind.equals("reach"),
                        options(kind),
                        chosen,
                        fields,
                        errors);
        var title = errors.isEmpty() ? heading(kind) : "Error: " + heading(kind);
        return pages.show(
                Page.of("consents/choice", title, view).actingFor(acting(whose)), request);
    }

    private Optional<Made> made(
            String kind,
            Set<String> chosen,
            Map<String, String> fields,
            Map<String, String> errors) {
        var one = chosen.stream().findFirst().orElse("");
        if (!kind.equals("reach") && !options(kind).containsKey(one)) {
            errors.put("choice", "Choose one of these");
            return Optional.empty();
        }
        return switch (kind) {
            case "opt-out" -> Optional.of(new Made.OptOut(one.equals("out")));
            case "sharing" -> Optional.of(new Made.SharingDissent(one.equals("no")));
            case "summary" -> Optional.of(new Made.Summary(Made.Scr.valueOf(one)));
            case "reach" ->
                    Optional.of(
                            new Made.Reach(
                                    chosen.stream()
                                            .flatMap(way -> Made.Way.of(way).stream())
                                            .collect(Collectors.toSet())));
            case "share" -> share(one, fields, errors);
            case "project" -> project(one, fields, errors);
            default -> throw unknown();
        };
    }

    private Optional<Made> share(
            String one, Map<String, String> fields, Map<String, String> errors) {
        var code = fields.getOrDefault("organisation", "").strip().toUpperCase(Locale.ROOT);
        var known = code.matches("[A-Z0-9]{3,12}") && store.read("Organization", code).isPresent();
        if (!known) {
            errors.put("organisation", "Enter the code of an organisation that is known here");
        }
        var until = Optional.<LocalDate>empty();
        var typed = fields.getOrDefault("until", "").strip();
        if (!typed.isEmpty()) {
            try {
                until = Optional.of(LocalDate.parse(typed, TYPED));
            } catch (DateTimeParseException e) {
                errors.put("until", "Enter the last day as a date, such as 31/12/2027");
            }
        }
        return errors.isEmpty()
                ? Optional.of(new Made.Share(code, until, one.equals("yes")))
                : Optional.empty();
    }

    private Optional<Made> project(
            String one, Map<String, String> fields, Map<String, String> errors) {
        var study = fields.getOrDefault("study", "").strip();
        var known =
                study.matches("[A-Za-z0-9.-]{1,64}")
                        && store.read("ResearchStudy", study)
                                .filter(found -> !found.deleted())
                                .isPresent();
        if (!known) {
            errors.put("study", "Enter the number of a research project that is known here");
            return Optional.empty();
        }
        return Optional.of(new Made.Project(study, one.equals("yes")));
    }

    private static Refused unknown() {
        return new Refused(new Problem.NotFound("The choice"));
    }

    private static List<ChoiceView.Line> lines(Choices choices) {
        var lines = new ArrayList<ChoiceView.Line>();
        lines.add(
                new ChoiceView.Line(
                        "opt-out",
                        "Research and planning",
                        words(new Made.OptOut(choices.optedOut()))));
        lines.add(
                new ChoiceView.Line(
                        "sharing",
                        "Sharing between those who care for you",
                        words(new Made.SharingDissent(choices.dissents()))));
        lines.add(
                new ChoiceView.Line(
                        "summary",
                        "Your Summary Care Record",
                        words(new Made.Summary(choices.scr()))));
        lines.add(
                new ChoiceView.Line(
                        "share",
                        "Others who may see your record",
                        choices.shares().isEmpty()
                                ? "Nobody else"
                                : choices.shares().stream()
                                        .map(ChoicePages::words)
                                        .collect(Collectors.joining(". "))));
        lines.add(
                new ChoiceView.Line(
                        "project",
                        "Research projects you take part in",
                        choices.projects().isEmpty()
                                ? "None"
                                : choices.projects().stream()
                                        .map(Made.Project::study)
                                        .collect(Collectors.joining(", "))));
        lines.add(
                new ChoiceView.Line(
                        "reach", "How to reach you", words(new Made.Reach(choices.ways()))));
        return lines;
    }

    private static String words(Made made) {
        return switch (made) {
            case Made.OptOut(var out) ->
                    out
                            ? "Your information is not used for research and planning"
                            : "Your information may be used for research and planning";
            case Made.SharingDissent(var dissents) ->
                    dissents
                            ? "Only where you are registered or have been seen"
                            : "With everybody who cares for you";
            case Made.Summary(var permission) -> permission.words();
            case Made.Share(var organisation, var until, var may) ->
                    organisation
                            + (may ? " may see your record" : " may not see your record any more")
                            + until.filter(_ -> may)
                                    .map(day -> " until " + PublicFormat.date(day))
                                    .orElse("");
            case Made.Project(var study, var agrees) ->
                    (agrees ? "You take part in " : "You do not take part any more in ") + study;
            case Made.Reach(var ways) ->
                    ways.isEmpty()
                            ? "You have not said"
                            : ways.stream()
                                    .sorted()
                                    .map(Made.Way::words)
                                    .collect(Collectors.joining(", "));
        };
    }

    private static Set<String> chosen(String kind, Choices choices) {
        return switch (kind) {
            case "opt-out" -> Set.of(choices.optedOut() ? "out" : "in");
            case "sharing" -> Set.of(choices.dissents() ? "no" : "yes");
            case "summary" -> Set.of(choices.scr().name());
            case "reach" -> choices.ways().stream().map(Made.Way::name).collect(Collectors.toSet());
            case "share", "project" -> Set.of();
            default -> throw unknown();
        };
    }

    private static String heading(String kind) {
        return switch (kind) {
            case "opt-out" -> "May your information be used for research and planning?";
            case "sharing" -> "Who that cares for you may see your record?";
            case "summary" -> "What should your Summary Care Record hold?";
            case "share" -> "Who else may see your record?";
            case "project" -> "Which research project is it about?";
            case "reach" -> "How do you want to be reached?";
            default -> throw unknown();
        };
    }

    private static List<String> hints(String kind) {
        return switch (kind) {
            case "opt-out" ->
                    List.of(
                            "This is the national data opt-out. You choose once, and everybody keeps to"
                                    + " it. You can change it at any time.",
                            "It does not change your own care. It does not apply to information that"
                                    + " nobody can tell is yours, to what the law demands, or to a"
                                    + " project you have agreed to yourself.");
            case "sharing" ->
                    List.of(
                            "If you choose the second, a hospital you are referred to does not see your"
                                    + " record until it has seen you. In an emergency it can be opened"
                                    + " with a reason, which you see under Who looked at your record.");
            case "summary" ->
                    List.of(
                            "Emergency staff who do not know you read it. They ask you first if they"
                                    + " can.");
            case "share" ->
                    List.of(
                            "An organisation that is not yet part of your care sees your record if you"
                                    + " say so here. Ask them for their code.");
            case "project" ->
                    List.of(
                            "If you take part, the project may use your information even if you have"
                                    + " opted out of research.");
            case "reach" -> List.of("Choose all that suit you.");
            default -> throw unknown();
        };
    }

    private static Map<String, String> options(String kind) {
        var options = new LinkedHashMap<String, String>();
        switch (kind) {
            case "opt-out" -> {
                options.put("in", "Yes, it may be used");
                options.put("out", "No, do not use it");
            }
            case "sharing" -> {
                options.put("yes", "Everybody who cares for you");
                options.put("no", "Only where you are registered or have been seen");
            }
            case "summary" -> {
                for (var permission : Made.Scr.values()) {
                    options.put(permission.name(), permission.words());
                }
            }
            case "share", "project" -> {
                options.put("yes", "Yes");
                options.put("no", "No, not any more");
            }
            case "reach" -> {
                for (var way : Made.Way.values()) {
                    options.put(way.name(), way.words());
                }
            }
            default -> throw unknown();
        }
        return options;
    }
}
