package trellis.page;

/// Who the bar names (interface rule 7).
///
/// @param name as the person is known at work, such as `Dr Amina Osei`
/// @param role such as `Clinician`
/// @param organisation its name
/// @param odsCode its ODS code
/// @param patients whether the role may open patients' pages
/// @param watches whether the role may see who looked at a record
/// @param self whether they are here about themselves
/// @param unread how many notices they have not read
public record SignedIn(
        String name,
        String role,
        String organisation,
        String odsCode,
        boolean patients,
        boolean watches,
        boolean self,
        int unread) {

    /// Name, role and place in one line.
    public String place() {
        return self ? "" : ", " + role + ", " + organisation + " (" + odsCode + ")";
    }
}
