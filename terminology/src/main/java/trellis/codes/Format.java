package trellis.codes;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// The kinds of releases that are read.
public enum Format {
    SNOMED("snomed", "SNOMED CT in Release Format 2, the snapshot"),
    DMD("dmd", "dm+d in XML"),
    LOINC("loinc", "LOINC, its table in CSV"),
    ICD10("icd10", "ICD-10 in ClaML or CSV");

    private final String word;
    private final String words;

    Format(String word, String words) {
        this.word = word;
        this.words = words;
    }

    /// As it is typed.
    public String word() {
        return word;
    }

    /// What it is.
    public String words() {
        return words;
    }

    /// The kind with that word.
    public static Optional<Format> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /// Reads a release of this kind.
    ///
    /// @throws Unreadable when it cannot be read; the message names the file and the line
    public Release read(ReleaseFiles files, Asked asked) throws IOException {
        return switch (this) {
            case SNOMED -> Rf2.read(files, asked);
            case DMD -> Dmd.read(files, asked);
            case LOINC -> Loinc.read(files, asked);
            case ICD10 -> Icd10.read(files, asked);
        };
    }
}
