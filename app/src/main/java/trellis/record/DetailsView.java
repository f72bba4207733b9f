package trellis.record;

import java.util.List;

/// Who somebody is, beyond the banner. Texts are ready to show; what is unknown is said.
///
/// @param fullName every given name
/// @param otherNames former and other names
/// @param address where the person lives, or why that is not shown
/// @param contacts telephone numbers and mail addresses, or why they are not shown
/// @param practice the GP practice, or why it is not shown
/// @param numbers identifiers other than the NHS number
/// @param languages in which the person communicates
/// @param testData whether this is a synthetic record
/// @param restricted whether the record is restricted
record DetailsView(
        String fullName,
        List<String> otherNames,
        String address,
        List<String> contacts,
        String practice,
        List<String> numbers,
        List<String> languages,
        boolean testData,
        boolean restricted) {}
