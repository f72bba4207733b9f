package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Opening;
import trellis.access.Openings;
import trellis.access.Right;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Refused;
import trellis.page.Elsewhere;
import trellis.page.Page;
import trellis.page.Pages;
import trellis.page.Part;
import trellis.page.PatientBanner;
import trellis.page.Reads;
import trellis.page.StaffFormat;
import trellis.people.Patient;
import trellis.people.People;
import trellis.record.Records.Facts;
import trellis.store.Keys;
import trellis.store.Sight;

/// Opens a page about one patient: who asks and what they may see, who it is about, the banner; and at
/// the end the line in the audit, without which the page does not leave.
@Component
final class PatientPages {

    /// How many rows a page has.
    static final int PAGE = 100;

    private final People people;
    private final Records records;
    private final Access access;
    private final PageViews views;
    private final Pages pages;
    private final Openings openings;
    private final Clock clock;

    PatientPages(
            People people,
            Records records,
            Access access,
            PageViews views,
            Pages pages,
            Openings openings,
            Clock clock) {
        this.people = people;
        this.records = records;
        this.access = access;
        this.views = views;
        this.pages = pages;
        this.openings = openings;
        this.clock = clock;
    }

    /// A patient's page, opened.
    ///
    /// @param clinical whether the caller may see clinical parts
    /// @param address whether the caller may see where the patient lives
    /// @param records the record as the caller may see it
    record Opened(
            Caller caller, Patient patient, boolean clinical, boolean address, Records records) {

        String id() {
            return patient.key();
        }

        private Opened with(Records seen) {
            return new Opened(caller, patient, clinical, address, seen);
        }
    }

    /// Opens a patient for whoever asks.
    ///
    /// @throws Refused when the caller may not, or there is no such patient
    /// @throws Elsewhere when they must say first why they open it
    Opened open(String patient) {
        var caller = people.caller();
        var sight = access.sight(caller);
        var opened = asking(patient, caller, sight);
        if (!opened.clinical()) {
            return opened;
        }
        if (!opened.records().known(patient)) {
            throw new Elsewhere("/patients/" + opened.id() + "/open");
        }
        return opened.with(records.seenBy(sight.knowing(patient)));
    }

    /// The same for the page that asks why.
    Opened asking(String patient) {
        var caller = people.caller();
        return asking(patient, caller, access.sight(caller));
    }

    private Opened asking(String patient, Caller caller, Sight sight) {
        var found = people.patient(patient);
        found.replacement()
                .ifPresent(stays -> {
                    throw new Elsewhere("/patients/" + stays);
                });
        return new Opened(
                caller,
                found,
                access.mayRead(caller, "AllergyIntolerance"),
                People.seesAddress(caller, found),
                records.seenBy(sight));
    }

    /// The banner without anything of the record.
    PatientBanner identity(Opened opened) {
        return people.banner(opened.patient());
    }

    /// Opens a patient for whoever asks and may see resources of this type.
    Opened open(String patient, String type) {
        var opened = open(patient);
        access.require(opened.caller(), Right.READ, type);
        return opened;
    }

    /// The banner; the allergies' line is read for it, and says so when it cannot be.
    PatientBanner banner(Opened opened) {
        var banner = people.banner(opened.patient());
        if (!opened.clinical()) {
            return banner;
        }
        try (var reads = Reads.within(SummaryPages.LIMIT, clock)) {
            var allergies =
                    reads.start(
                            "Allergies",
                            () ->
                                    AllergyRules.view(
                                            opened.records()
                                                    .all(opened.id(), "AllergyIntolerance")
                                                    .facts(),
                                            Sources.NONE));
            return banner(opened, allergies.part());
        }
    }

    /// The banner, when the allergies have been read already.
    PatientBanner banner(Opened opened, Part<AllergyRules.View> allergies) {
        var view =
                switch (allergies) {
                    case Part.Shown<AllergyRules.View>(var known) -> known;
                    case Part.Missing<AllergyRules.View> _ -> AllergyRules.View.unavailable();
                };
        return people.banner(opened.patient()).with(view.line());
    }

    /// The answer, once the audit has it.
    ///
    /// @param what the page in a few words, such as `patient summary`
    ResponseEntity<byte[]> show(
            Opened opened,
            PatientBanner banner,
            String what,
            Page page,
            HttpServletRequest request) {
        var marked =
                openings.of(opened.caller(), opened.id())
                        .map(opening -> banner.opened(mark(opening)))
                        .orElse(banner);
        var answer = pages.show(page.about(marked), request);
        seen(opened, what, Target.resource("Patient", opened.id(), 0), request);
        return answer;
    }

    private static String mark(Opening opening) {
        return "You opened this record with a reason ("
                + opening.reason().words()
                + "). It closes at "
                + StaffFormat.time(opening.until())
                + ".";
    }

    /// Writes down that something of this patient is about to be seen.
    void seen(Opened opened, String what, Target target, HttpServletRequest request) {
        views.record(
                "page: " + what, target, List.of(Keys.resource("Patient", opened.id())), request);
    }

    /// What a list is, besides its rows.
    ///
    /// @param part as its address names it
    /// @param heading of the page
    /// @param order how it is ordered, in words
    /// @param empty what stands there when there is nothing
    record Kind(String part, String heading, String order, String empty) {}

    /// A list that is put in order here.
    <T> ResponseEntity<byte[]> ordered(
            Opened opened,
            Kind kind,
            List<ListView.View> views,
            Facts read,
            List<Fact> chosen,
            String after,
            BiFunction<Fact, Sources, T> row,
            HttpServletRequest request) {
        var slice = Slice.of(chosen, after, PAGE);
        var notes = new ArrayList<String>();
        if (read.facts().size() < read.total()) {
            notes.add(
                    "There are "
                            + read.total()
                            + " entries; only "
                            + read.facts().size()
                            + " could be put in order here.");
        }
        var view = views.stream().filter(ListView.View::current).findFirst();
        var address =
                view.map(ListView.View::href)
                        .orElse("/patients/" + opened.id() + "/" + kind.part());
        var between = address.contains("?") ? "&after=" : "?after=";
        return show(
                opened,
                kind,
                views,
                rows(opened, slice.facts(), chosen.size(), row),
                notes,
                slice.next().map(id -> address + between + id),
                slice.first() ? Optional.empty() : Optional.of(address),
                request);
    }

    /// A list that the store keeps in order.
    <T> ResponseEntity<byte[]> dated(
            Opened opened,
            Kind kind,
            Facts page,
            String after,
            BiFunction<Fact, Sources, T> row,
            HttpServletRequest request) {
        var address = "/patients/" + opened.id() + "/" + kind.part();
        return show(
                opened,
                kind,
                List.of(),
                rows(opened, page.facts(), page.total(), row),
                List.of(),
                page.last().filter(_ -> page.more()).map(last -> address + "?after=" + last.id()),
                after.isEmpty() ? Optional.empty() : Optional.of(address),
                request);
    }

    private static <T> Rows<T> rows(
            Opened opened, List<Fact> facts, int total, BiFunction<Fact, Sources, T> row) {
        var sources = opened.records().sources(facts);
        return new Rows<>(facts.stream().map(fact -> row.apply(fact, sources)).toList(), total);
    }

    private <T> ResponseEntity<byte[]> show(
            Opened opened,
            Kind kind,
            List<ListView.View> views,
            Rows<T> rows,
            List<String> notes,
            Optional<String> next,
            Optional<String> first,
            HttpServletRequest request) {
        var view =
                new ListView<>(
                        opened.id(),
                        opened.clinical(),
                        kind.part(),
                        kind.heading(),
                        kind.order(),
                        views,
                        rows,
                        kind.empty(),
                        notes,
                        next,
                        first);
        var page = Page.of("record/" + kind.part(), kind.heading(), view);
        return show(opened, banner(opened), kind.part() + " of a patient", page, request);
    }

    /// One page of a list that was put in order here: it begins after the fact with a given id, so that it
    /// does not shift when something is added before it.
    ///
    /// @param facts this page
    /// @param next id after which the next page begins
    /// @param first whether this is the first page
    private record Slice(List<Fact> facts, Optional<String> next, boolean first) {

        static Slice of(List<Fact> all, String after, int size) {
            var keys = all.stream().map(Fact::key).toList();
            var from = after.isEmpty() ? 0 : keys.indexOf(after) + 1;
            var to = Math.min(from + size, all.size());
            return new Slice(
                    all.subList(from, to),
                    to < all.size() ? Optional.of(keys.get(to - 1)) : Optional.empty(),
                    from == 0);
        }
    }
}
