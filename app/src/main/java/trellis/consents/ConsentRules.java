package trellis.consents;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.store.Basis;
import trellis.store.Choice;
import trellis.store.Keys;

/// Choices as FHIR Consents, and back. Pure functions.
final class ConsentRules {
    /// Our own categories: the standard ones do not tell these choices apart.
    static final String CATEGORIES = "urn:trellis:consent-category";

    static final String SCR = "https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission";

    private static final String SCR_CATEGORY = "summary-care-record";
    private static final String REACH = "communication";
    private static final String DETAIL = "urn:trellis:scr-information";
    private static final String WAYS = "urn:trellis:communication-preference";
    private static final String SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope";
    private static final String ROLES =
            "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private static final ZoneId LONDON = ZoneId.of("Europe/London");

    private ConsentRules() {}

    /// The id of the Consent of a choice: the same for each new version of the same choice.
    static String id(String patient, Made made) {
        var whose = "%016x".formatted(Keys.resource("Patient", patient));
        return switch (made) {
            case Made.OptOut _ -> "optout-" + whose;
            case Made.SharingDissent _ -> "dissent-" + whose;
            case Made.Summary _ -> "scr-" + whose;
            case Made.Reach _ -> "reach-" + whose;
            case Made.Share(var organisation, _, _) -> named("share-" + whose, organisation);
            case Made.Project(var study, _) -> named("project-" + whose, study);
        };
    }

    private static String named(String begin, String of) {
        return begin + "-" + "%016x".formatted(Keys.resource("Organization", of));
    }

    /// A choice as a Consent.
    ///
    /// @param by whose word it is
    static ObjectNode consent(String patient, Made made, Instant now, String by) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resourceType", "Consent");
        json.put("id", id(patient, made));
        json.put("status", holds(made) ? "active" : "inactive");
        coded(json.putObject("scope"), SCOPES, scope(made));
        coded(json.putArray("category").addObject(), CATEGORIES, category(made));
        json.putObject("patient").put("reference", "Patient/" + patient);
        json.put("dateTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        json.putArray("performer").addObject().put("display", by);
        json.putObject("policyRule").put("text", policy(made));
        var provision = json.putObject("provision");
        provision.put("type", permits(made) ? "permit" : "deny");
        switch (made) {
            case Made.OptOut _, Made.SharingDissent _ ->
                    provision.putObject("period").put("start", start(now));
            case Made.Summary(var permission) -> {
                var codes = provision.putArray("code");
                coded(codes.addObject(), SCR, permission.permission());
                coded(codes.addObject(), DETAIL, word(permission));
            }
            case Made.Share(var organisation, var until, _) -> {
                var period = provision.putObject("period").put("start", start(now));
                until.ifPresent(day -> period.put("end", day.toString()));
                var actor = provision.putArray("actor").addObject();
                coded(actor.putObject("role"), ROLES, "IRCP");
                actor.putObject("reference").put("reference", "Organization/" + organisation);
            }
            case Made.Project(var study, _) -> {
                provision.putObject("period").put("start", start(now));
                var data = provision.putArray("data").addObject().put("meaning", "related");
                data.putObject("reference").put("reference", "ResearchStudy/" + study);
            }
            case Made.Reach(var ways) -> {
                var codes = provision.putArray("code");
                ways.stream().sorted().forEach(way -> coded(codes.addObject(), WAYS, word(way)));
                if (ways.isEmpty()) {
                    provision.remove("code");
                }
            }
        }
        return json;
    }

    private static String start(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void coded(ObjectNode concept, String system, String code) {
        concept.putArray("coding").addObject().put("system", system).put("code", code);
    }

    private static boolean holds(Made made) {
        return switch (made) {
            case Made.OptOut(var out) -> out;
            case Made.SharingDissent(var dissents) -> dissents;
            case Made.Share(_, _, var may) -> may;
            case Made.Project(_, var agrees) -> agrees;
            case Made.Summary _, Made.Reach _ -> true;
        };
    }

    private static boolean permits(Made made) {
        return switch (made) {
            case Made.OptOut _, Made.SharingDissent _ -> false;
            case Made.Summary(var permission) -> permission != Made.Scr.NO;
            case Made.Share _, Made.Project _, Made.Reach _ -> true;
        };
    }

    private static String scope(Made made) {
        return made instanceof Made.Project || made instanceof Made.OptOut
                ? "research"
                : "patient-privacy";
    }

    private static String category(Made made) {
        return switch (made) {
            case Made.OptOut _ -> Choice.OPT_OUT.category();
            case Made.SharingDissent _ -> Choice.SHARING_DISSENT.category();
            case Made.Summary _ -> SCR_CATEGORY;
            case Made.Share _ -> Basis.SHARE_WITH;
            case Made.Project _ -> Choice.PROJECT;
            case Made.Reach _ -> REACH;
        };
    }

    private static String policy(Made made) {
        return switch (made) {
            case Made.OptOut _ -> "National data opt-out";
            case Made.SharingDissent _ -> "Dissent from sharing";
            case Made.Summary _ -> "Summary Care Record permission";
            case Made.Share _ -> "Leave to see the record";
            case Made.Project _ -> "Consent to a research project";
            case Made.Reach _ -> "Communication preferences";
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// A Consent as a choice; empty for one that is none of these.
    static Optional<Made> made(JsonNode json) {
        var active = json.path("status").asString("").equals("active");
        var provision = json.path("provision");
        var category = json.at("/category/0/coding/0/code").asString("");
        if (category.equals(Choice.OPT_OUT.category())) {
            return Optional.of(new Made.OptOut(active));
        }
        if (category.equals(Choice.SHARING_DISSENT.category())) {
            return Optional.of(new Made.SharingDissent(active));
        }
        return switch (category) {
            case SCR_CATEGORY -> Optional.of(new Made.Summary(scr(provision)));
            case Basis.SHARE_WITH ->
                    after(provision.at("/actor/0/reference/reference"), "Organization/")
                            .map(of -> new Made.Share(of, last(provision), active));
            case Choice.PROJECT ->
                    after(provision.at("/data/0/reference/reference"), "ResearchStudy/")
                            .map(of -> new Made.Project(of, active));
            case REACH -> Optional.of(new Made.Reach(ways(provision)));
            default -> Optional.empty();
        };
    }

    private static Optional<String> after(JsonNode reference, String begin) {
        var text = reference.asString("");
        return text.startsWith(begin)
                ? Optional.of(text.substring(begin.length()))
                : Optional.empty();
    }

    private static Optional<LocalDate> last(JsonNode provision) {
        var end = provision.at("/period/end").asString("");
        return end.length() == 10 ? Optional.of(LocalDate.parse(end)) : Optional.empty();
    }

    private static Made.Scr scr(JsonNode provision) {
        if (provision.at("/code/0/coding/0/code").asString("").equals(Made.Scr.NO.permission())) {
            return Made.Scr.NO;
        }
        // Yes is of old, and is read as Ask.
        return provision.at("/code/1/coding/0/code").asString("").equals(word(Made.Scr.FULL))
                ? Made.Scr.FULL
                : Made.Scr.CORE;
    }

    private static EnumSet<Made.Way> ways(JsonNode provision) {
        var ways = EnumSet.noneOf(Made.Way.class);
        for (var code : provision.path("code")) {
            for (var way : Made.Way.values()) {
                if (word(way).equals(code.at("/coding/0/code").asString(""))) {
                    ways.add(way);
                }
            }
        }
        return ways;
    }

    /// All of a person's choices, as they stand.
    ///
    /// @param consents their Consents
    static Choices choices(List<JsonNode> consents, Instant now) {
        var optedOut = false;
        var dissents = false;
        var scr = Made.Scr.CORE;
        var shares = new ArrayList<Made.Share>();
        var projects = new ArrayList<Made.Project>();
        var ways = new TreeSet<Made.Way>();
        var today = now.atZone(LONDON).toLocalDate();
        for (var json : consents) {
            switch (made(json).orElse(new Made.Share("", Optional.empty(), false))) {
                case Made.OptOut(var out) -> optedOut |= out;
                case Made.SharingDissent(var does) -> dissents |= does;
                case Made.Summary(var permission) -> scr = permission;
                case Made.Reach(var some) -> ways.addAll(some);
                case Made.Share share -> {
                    var over = share.until().filter(last -> last.isBefore(today)).isPresent();
                    if (share.may() && !over) {
                        shares.add(share);
                    }
                }
                case Made.Project project -> {
                    if (project.agrees()) {
                        projects.add(project);
                    }
                }
            }
        }
        shares.sort(Comparator.comparing(Made.Share::organisation));
        projects.sort(Comparator.comparing(Made.Project::study));
        return new Choices(optedOut, dissents, scr, shares, projects, ways);
    }

    /// Whose word a Consent is.
    static String by(JsonNode json) {
        return json.at("/performer/0/display").asString("");
    }
}
