package trellis.demographics;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import trellis.demographics.DemographicsView.Form;
import trellis.people.NhsNumber;
import trellis.people.Patient;
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

    /// What was typed beside a number and is not so of whoever has it, in words. Of a restricted person nothing is said of where they
    /// live and how they are reached: a guess would be answered.
    static List<String> differing(Form form, Patient patient) {
        var differing = new ArrayList<String>();
        var names = patient.names();
        add(
                differing,
                "family name",
                form.family(),
                typed -> names.stream().anyMatch(name -> same(typed, name.family().orElse(""))));
        add(
                differing,
                "first name",
                form.given(),
                typed ->
                        names.stream()
                                .anyMatch(name ->
                                        name.given().stream().anyMatch(one -> same(typed, one))));
        add(
                differing,
                "date of birth",
                form.born(),
                _ ->
                        patient.json()
                                .path("birthDate")
                                .asString("")
                                .equals(born(form).map(LocalDate::toString).orElse("")));
        add(
                differing,
                "gender",
                form.gender(),
                typed -> patient.json().path("gender").asString("").equals(typed));
        if (!patient.restricted()) {
            add(
                    differing,
                    "postcode",
                    form.postcode(),
                    typed ->
                            held(patient, "address", "postalCode")
                                    .anyMatch(code -> bare(code).equals(bare(typed))));
            add(
                    differing,
                    "phone",
                    form.phone(),
                    typed ->
                            held(patient, "telecom", "value")
                                    .anyMatch(number -> bare(number).equals(bare(typed))));
        }
        return List.copyOf(differing);
    }

    private static void add(
            List<String> differing, String what, String typed, Predicate<String> same) {
        if (!typed.isEmpty() && !same.test(typed)) {
            differing.add(what);
        }
    }

    /// Two letters and a star stand for a name that begins so.
    private static boolean same(String typed, String name) {
        var star = typed.indexOf('*');
        return star < 0
                ? FitRules.normal(typed).equals(FitRules.normal(name))
                : FitRules.normal(name).startsWith(FitRules.normal(typed.substring(0, star)));
    }

    private static Stream<String> held(Patient patient, String list, String field) {
        return patient.json().path(list).valueStream().map(one -> one.path(field).asString(""));
    }

    private static String bare(String text) {
        return text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
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
