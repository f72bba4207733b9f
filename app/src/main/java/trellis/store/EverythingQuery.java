package trellis.store;

import java.util.Set;

/// What belongs to one patient or one encounter, and what that refers to.
///
/// @param type `Patient` or `Encounter`
/// @param id of the patient or encounter
/// @param types only resources of these types
/// @param reach types that references are followed from: those that whoever asks may search, whichever are wanted
/// @param from moment in microseconds since 1970 UTC: only care from then on; [Long#MIN_VALUE] for no limit
/// @param to only care before then; [Long#MAX_VALUE] for no limit. What bears no date of care is in
/// @param since only what was changed then or later
/// @param referred whether to bring what the record refers to, in place of the record itself
/// @param after where to go on
/// @param count how many at the most
/// @param sight what whoever asks may see
public record EverythingQuery(
        String type,
        String id,
        Set<String> types,
        Set<String> reach,
        long from,
        long to,
        long since,
        boolean referred,
        Place after,
        int count,
        Sight sight) {

    public EverythingQuery {
        types = Set.copyOf(types);
        reach = Set.copyOf(reach);
    }

    /// The same for some number of resources.
    public EverythingQuery of(int most) {
        return new EverythingQuery(
                type, id, types, reach, from, to, since, referred, after, most, sight);
    }

    /// The same from another place.
    public EverythingQuery from(boolean whatIsReferredTo, Place place) {
        return new EverythingQuery(
                type, id, types, reach, from, to, since, whatIsReferredTo, place, count, sight);
    }

    /// A place between two resources: types in their order, of each the newest first.
    ///
    /// @param type the type of the last resource given; empty before the first
    /// @param row the row of the last resource given
    public record Place(String type, long row) {
        /// Before the first.
        public static final Place START = new Place("", Long.MAX_VALUE);
    }
}
