package trellis.prescriptions;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What pages about prescriptions show. Texts are ready to show.
final class PrescriptionView {
    private PrescriptionView() {}

    /// A row of a list.
    ///
    /// @param href where it leads
    /// @param who name of the patient
    /// @param born date of birth
    /// @param number NHS number
    /// @param items names of the medicines
    /// @param state in words
    /// @param look class of the tag that says the state
    /// @param when what happened last, and when
    public record Row(
            String href,
            String who,
            String born,
            String number,
            List<String> items,
            String state,
            String look,
            String when) {}

    /// What an organisation has prescribed.
    ///
    /// @param organisation its name
    /// @param newer address of the page before; empty on the first
    /// @param older address of the next page; empty on the last
    public record Listed(
            String organisation, List<Row> rows, Optional<String> newer, Optional<String> older) {}

    /// What a pharmacy has to do.
    ///
    /// @param waiting how many prescriptions can be downloaded
    /// @param shown which list: with, done or all
    /// @param typed number of a prescription as it was typed
    /// @param done what was just done; empty for nothing
    public record Worklist(
            String organisation,
            int waiting,
            String shown,
            List<Row> rows,
            String typed,
            Optional<String> error,
            Optional<String> done,
            Optional<String> newer,
            Optional<String> older) {}

    /// One item.
    ///
    /// @param id its identifier
    /// @param medicine dm+d name, verbatim
    /// @param quantity such as `60 tablet`
    /// @param dose how it is taken
    /// @param open whether something can still happen to it
    /// @param note such as that a cancellation waits; empty for nothing
    /// @param given how much has been handed over already; empty for nothing
    /// @param against what speaks against handing it over, each in a sentence
    /// @param taken what is taken already and sounds like it, each in a sentence
    public record Item(
            String id,
            String medicine,
            String quantity,
            String dose,
            String state,
            String look,
            boolean open,
            String note,
            String given,
            List<String> against,
            List<String> taken) {}

    /// Something that happened.
    public record Step(String when, String what, String who) {}

    /// One prescription, as a prescriber sees it.
    ///
    /// @param task what pages know it by
    /// @param facts what is said of it as a whole, by what it is
    /// @param reasons why an item can be cancelled, by their codes
    /// @param chosen identifier of the item that was to be cancelled
    public record One(
            String task,
            String patient,
            String state,
            String look,
            Map<String, String> facts,
            List<Item> items,
            List<Step> steps,
            boolean mayCancel,
            Map<String, String> reasons,
            String chosen,
            Optional<String> error,
            Optional<String> done) {}

    /// One prescription, as a pharmacist sees it.
    ///
    /// @param key of the form, by which it is told when it comes twice
    /// @param patient id, for the address at which the record is opened
    /// @param allergies how allergies stand, in words
    /// @param allergyLook class of the line that says so
    /// @param substances what the patient is allergic to
    /// @param current medicines that the patient takes besides; empty when that is not known
    /// @param gaps what could not be looked at, each in a sentence
    /// @param mayDispense whether items can be said to be handed over
    /// @param mayReturn whether it can be given back
    /// @param mayWithdraw whether the last notification can be taken back
    /// @param choices what can become of an item, by code
    /// @param returns why it can be given back, by code
    /// @param withdrawals why a notification can be taken back, by code
    /// @param chosen what was chosen for each item, by its identifier
    public record Dispensing(
            String task,
            String state,
            String look,
            Map<String, String> facts,
            List<Item> items,
            String key,
            String patient,
            String allergies,
            String allergyLook,
            List<String> substances,
            Optional<List<String>> current,
            List<String> gaps,
            List<Step> steps,
            boolean mayDispense,
            boolean mayReturn,
            boolean mayWithdraw,
            Map<String, String> choices,
            Map<String, String> returns,
            Map<String, String> withdrawals,
            Map<String, String> chosen,
            Optional<String> error,
            Optional<String> done) {}

    /// A person's own prescription.
    ///
    /// @param pharmacy which has it, or is to have it; empty when the person chooses one
    /// @param said what the pharmacy says, each in a sentence
    public record Own(
            String when,
            String state,
            String next,
            Optional<String> pharmacy,
            List<String> said,
            List<OwnItem> items) {}

    /// A medicine of a person's own prescription.
    ///
    /// @param state what became of it; empty where that is the same for all
    public record OwnItem(String medicine, String state) {}

    /// A person's own prescriptions.
    ///
    /// @param shown which of how many are shown; empty when all are
    /// @param newer address of the page before; empty on the first
    /// @param older address of the next page; empty on the last
    public record OwnList(
            List<Own> prescriptions,
            String shown,
            Optional<String> newer,
            Optional<String> older) {}
}
