package trellis.documents;

import java.util.Arrays;
import java.util.Optional;

/// The kinds of documents that pointers lead to (England-NRLRecordType), each with the one category it belongs to
/// (England-NRLRecordCategory).
public enum PointerType {
    MENTAL_HEALTH_CRISIS_PLAN("736253002", "Mental health crisis plan", Category.CARE_PLAN),
    NEWS2(
            "1363501000000100",
            "Royal College of Physicians NEWS2 (National Early Warning Score 2) chart",
            Category.OBSERVATIONS),
    RESPECT(
            "1382601000000107",
            "ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form",
            Category.CARE_PLAN),
    CONTINGENCY_PLAN("325691000000100", "Contingency plan", Category.CARE_PLAN),
    END_OF_LIFE_PLAN("736373009", "End of life care plan", Category.CARE_PLAN),
    END_OF_LIFE_COORDINATION(
            "861421000000109", "End of life care coordination summary", Category.CARE_PLAN),
    EMERGENCY_PLAN("887701000000100", "Emergency health care plan", Category.CARE_PLAN),
    LLOYD_GEORGE("16521000000101", "Lloyd George record folder", Category.CARE_PLAN),
    ADVANCE_CARE_PLAN("736366004", "Advance care plan", Category.CARE_PLAN),
    TREATMENT_ESCALATION_PLAN("735324008", "Treatment escalation plan", Category.CARE_PLAN),
    SUMMARY_RECORD("824321000000109", "Summary record", Category.RECORD_HEADINGS),
    PERSONALISED_CARE_PLAN(
            "2181441000000107", "Personalised Care and Support Plan", Category.CARE_PLAN),
    OTHER_IMAGING_REPORT("MAULR", "Imaging report MAULR", Category.DIAGNOSTIC_REPORT),
    IMAGING_REPORT("MAXIB", "Imaging report MAXIB", Category.DIAGNOSTIC_REPORT);

    static final String SNOMED = "http://snomed.info/sct";
    private static final String NICIP = "https://nicip.nhs.uk";

    private final String code;
    private final String words;
    private final Category category;

    /// What kinds belong to.
    public enum Category {
        CARE_PLAN("734163000", "Care plan"),
        OBSERVATIONS("1102421000000108", "Observations"),
        DIAGNOSTIC_REPORT("721981007", "Diagnostic studies report"),
        RECORD_HEADINGS("716931000000107", "Record headings");

        private final String code;
        private final String display;

        Category(String code, String display) {
            this.code = code;
            this.display = display;
        }

        String code() {
            return code;
        }

        String display() {
            return display;
        }

        static Optional<Category> of(String code) {
            return Arrays.stream(values()).filter(one -> one.code.equals(code)).findFirst();
        }
    }

    PointerType(String code, String words, Category category) {
        this.code = code;
        this.words = words;
        this.category = category;
    }

    String code() {
        return code;
    }

    String system() {
        return code.chars().allMatch(Character::isDigit) ? SNOMED : NICIP;
    }

    /// As it is shown to people.
    public String words() {
        return words;
    }

    Category category() {
        return category;
    }

    /// As it stands in a search: `http://snomed.info/sct|736253002`.
    public String token() {
        return system() + "|" + code;
    }

    /// Reads [#token].
    public static Optional<PointerType> of(String token) {
        return Arrays.stream(values()).filter(one -> one.token().equals(token)).findFirst();
    }

    static boolean knowsSystem(String system) {
        return Arrays.stream(values()).anyMatch(one -> one.system().equals(system));
    }
}
