package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import trellis.page.Page;
import trellis.record.Opening.Opened;
import trellis.record.Records.Facts;

/// Makes the page of a list: some rows, how many there are, and where the list goes on.
@Component
final class Lists {

    /// How many rows a page has.
    static final int PAGE = 100;

    private final Opening opening;
    private final Records records;

    Lists(Opening opening, Records records) {
        this.opening = opening;
        this.records = records;
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
                rows(slice.facts(), chosen.size(), row),
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
                rows(page.facts(), page.total(), row),
                List.of(),
                page.last().filter(_ -> page.more()).map(last -> address + "?after=" + last.id()),
                after.isEmpty() ? Optional.empty() : Optional.of(address),
                request);
    }

    private <T> Rows<T> rows(List<Fact> facts, int total, BiFunction<Fact, Sources, T> row) {
        var sources = records.sources(facts);
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
        return opening.show(
                opened, opening.banner(opened), kind.part() + " of a patient", page, request);
    }
}
