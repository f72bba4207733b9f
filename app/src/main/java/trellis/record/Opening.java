package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.Pages;
import trellis.page.Part;
import trellis.page.PatientBanner;
import trellis.page.Reads;
import trellis.people.Patient;
import trellis.people.People;
import trellis.store.Keys;

/// Opens a page about one patient: who asks and what they may see, who it is about, the banner; and at
/// the end the line in the audit, without which the page does not leave.
@Component
final class Opening {

    private final People people;
    private final Records records;
    private final Access access;
    private final PageViews views;
    private final Pages pages;
    private final Clock clock;

    Opening(
            People people,
            Records records,
            Access access,
            PageViews views,
            Pages pages,
            Clock clock) {
        this.people = people;
        this.records = records;
        this.access = access;
        this.views = views;
        this.pages = pages;
        this.clock = clock;
    }

    /// A patient's page, opened.
    ///
    /// @param clinical whether the caller may see clinical parts
    /// @param address whether the caller may see where the patient lives
    record Opened(Caller caller, Patient patient, boolean clinical, boolean address) {

        String id() {
            return patient.key();
        }
    }

    /// Opens a patient for whoever asks.
    ///
    /// @throws Refused when the caller may not, or there is no such patient
    Opened open(String patient) {
        var caller = people.caller();
        var found = people.patient(patient);
        return new Opened(
                caller,
                found,
                access.mayRead(caller, "AllergyIntolerance"),
                People.seesAddress(caller, found));
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
        try (var reads = Reads.within(Summaries.LIMIT, clock)) {
            var allergies =
                    reads.start(
                            "Allergies",
                            () ->
                                    AllergyRules.view(
                                            records.all(opened.id(), "AllergyIntolerance").facts(),
                                            Sources.NONE));
            return banner(opened, allergies.part());
        }
    }

    /// The banner, when the allergies have been read already.
    PatientBanner banner(Opened opened, Part<AllergyView> allergies) {
        var view =
                switch (allergies) {
                    case Part.Shown<AllergyView>(var known) -> known;
                    case Part.Missing<AllergyView> _ -> AllergyView.unavailable();
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
        var answer = pages.show(page.about(banner), request);
        seen(opened, what, Target.resource("Patient", opened.id(), 0), request);
        return answer;
    }

    /// Writes down that something of this patient is about to be seen.
    void seen(Opened opened, String what, Target target, HttpServletRequest request) {
        views.record(
                "page: " + what, target, List.of(Keys.resource("Patient", opened.id())), request);
    }
}
