package trellis.people;

import java.io.Serializable;

/// What somebody typed to find a patient, as it was typed.
record FindForm(String name, String born, String nhsNumber, String postcode)
        implements Serializable {

    /// Nothing typed.
    static final FindForm EMPTY = new FindForm("", "", "", "");

    FindForm {
        name = cut(name);
        born = cut(born);
        nhsNumber = cut(nhsNumber);
        postcode = cut(postcode);
    }

    boolean isEmpty() {
        return (name + born + nhsNumber + postcode).isEmpty();
    }

    /// Nobody's name is longer; what is longer would only cost.
    private static String cut(String typed) {
        var bare = typed.strip();
        return bare.length() > 100 ? bare.substring(0, 100) : bare;
    }
}
