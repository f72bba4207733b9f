package trellis.demographics;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.demographics.DemographicsView.Form;
import trellis.people.NhsNumber;
import trellis.people.People;

/// What is typed to trace somebody, as the service is asked. Pure functions.
final class TraceRules {
    private static final String MOST = Integer.toString(SearchRules.MOST);

    private TraceRules() {}

    /// What is wrong with a form, by field.
    static Map<String, String> errors(Form form) {
        var errors = new LinkedHashMap<String, String>();
        if (!form.born().isEmpty() && born(form).isEmpty()) {
            errors.put("born", "Enter a whole date, such as 14-Jul-1945");
        }
        if (!form.nhsNumber().isEmpty()) {
            if (NhsNumber.of(form.nhsNumber()).isEmpty()) {
                errors.put("nhsNumber", "Enter an NHS number of 10 digits, such as 999 123 4567");
            }
        } else if (form.born().isEmpty()) {
            errors.put("born", "Enter the date of birth, or the NHS number");
        } else if (form.family().isEmpty() && (form.given().isEmpty() || form.gender().isEmpty())) {
            errors.put("family", "Enter the family name; or the first name, gender and postcode");
        }
        return errors;
    }

    private static Optional<LocalDate> born(Form form) {
        return People.day(form.born());
    }

    /// The question in which all that was typed has to be found; empty when it says too little.
    static Optional<Map<String, List<String>>> fits(Form form) {
        if (form.family().isEmpty() || born(form).isEmpty()) {
            return Optional.empty();
        }
        var asked = described(form);
        asked.put("_history", List.of("true"));
        return Optional.of(asked);
    }

    /// The question who else it may be; empty when what was typed says too little for it.
    static Optional<Map<String, List<String>>> others(Form form) {
        var named = !form.family().isEmpty() && !form.given().isEmpty();
        var placed =
                !form.gender().isEmpty()
                        && !form.postcode().isEmpty()
                        && !(form.family().isEmpty() && form.given().isEmpty());
        if (born(form).isEmpty()
                || !(named || placed)
                || (form.family() + form.given()).contains("*")) {
            return Optional.empty();
        }
        var asked = described(form);
        // A number that differs does not make somebody else of them.
        asked.remove("phone");
        asked.put("_fuzzy-match", List.of("true"));
        return Optional.of(asked);
    }

    private static Map<String, List<String>> described(Form form) {
        var asked = new LinkedHashMap<String, List<String>>();
        put(asked, "family", form.family());
        put(asked, "given", form.given());
        put(asked, "birthdate", born(form).map(day -> "eq" + day).orElse(""));
        put(asked, "gender", form.gender());
        put(asked, "address-postalcode", form.postcode());
        put(asked, "phone", form.phone().replaceAll("\\s", ""));
        asked.put("_max-results", List.of(MOST));
        return asked;
    }

    private static void put(Map<String, List<String>> asked, String name, String value) {
        if (!value.isEmpty()) {
            asked.put(name, List.of(value));
        }
    }
}
