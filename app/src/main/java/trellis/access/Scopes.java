package trellis.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What an app may do, in the scopes of SMART App Launch 2
/// (https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html). Version 1 scopes
/// (`patient/*.read`) are read as what they mean now. An app never may more than whoever uses it.
///
/// @param all every scope granted, as it is written; also those that are not about resources
/// @param grants those about resources
public record Scopes(Set<String> all, List<Grant> grants) {
    private static final Pattern RESOURCE =
            Pattern.compile(
                    "(patient|user|system)/(\\*|[A-Z][A-Za-z]{1,63})\\.(c?r?u?d?s?|read|write|\\*)(\\?[^ ?,]{1,500})?");

    /// Whose resources a scope speaks of.
    public enum Whose {
        /// Those of the one patient in context.
        PATIENT,
        /// Those that whoever uses the app may see.
        USER,
        /// Those that the app itself may see, with nobody using it.
        SYSTEM
    }

    /// One scope about resources.
    ///
    /// @param whose whose
    /// @param type a resource type, or `*`
    /// @param may some of the letters c, r, u, d and s
    /// @param filter a query, such as `category=laboratory`, that all of it must meet; may be empty
    public record Grant(Whose whose, String type, String may, String filter) {
        boolean covers(char letter, String what) {
            return may.indexOf(letter) >= 0 && (type.equals("*") || type.equals(what));
        }

        /// As it is written.
        public String text() {
            return whose.name().toLowerCase(Locale.ROOT)
                    + "/"
                    + type
                    + "."
                    + may
                    + (filter.isEmpty() ? "" : "?" + filter);
        }

        /// Whether this gives all that another asks for.
        boolean includes(Grant other) {
            return whose == other.whose
                    && (type.equals("*") || type.equals(other.type))
                    && other.may.chars().allMatch(letter -> may.indexOf(letter) >= 0)
                    && (filter.isEmpty() || filter.equals(other.filter));
        }
    }

    public Scopes {
        all = Collections.unmodifiableSet(new LinkedHashSet<>(all));
        grants = List.copyOf(grants);
    }

    /// Reads scopes; what is not about resources only stands in [#all].
    public static Scopes of(Set<String> texts) {
        var grants = new ArrayList<Grant>();
        texts.forEach(text -> grant(text).ifPresent(grants::add));
        return new Scopes(texts, grants);
    }

    /// Reads scopes from one text, separated by spaces.
    public static Scopes parse(String text) {
        var texts = new LinkedHashSet<String>();
        Arrays.stream(text.strip().split(" +")).filter(one -> !one.isEmpty()).forEach(texts::add);
        return of(texts);
    }

    /// Reads one scope; empty when it is none about resources, or none at all.
    static Optional<Grant> grant(String text) {
        var found = RESOURCE.matcher(text);
        if (!found.matches() || found.group(3).isEmpty()) {
            return Optional.empty();
        }
        var may =
                switch (found.group(3)) {
                    case "read" -> "rs";
                    case "write" -> "cud";
                    case "*" -> "cruds";
                    default -> found.group(3);
                };
        var filter = found.group(4) == null ? "" : found.group(4).substring(1);
        // What is written cannot be asked whether it fits before it is there: no filter for that.
        var unfit = found.group(2).equals("*") || !may.matches("r?s?");
        if (!filter.isEmpty() && unfit) {
            return Optional.empty();
        }
        return Optional.of(
                new Grant(
                        Whose.valueOf(found.group(1).toUpperCase(Locale.ROOT)),
                        found.group(2),
                        may,
                        filter));
    }

    /// Whether something may be done with resources of a type, leaving open with which.
    public boolean may(char letter, String type) {
        return grants.stream().anyMatch(grant -> grant.covers(letter, type));
    }

    /// Whether a scope that somebody asks for is within these.
    public boolean includes(String asked) {
        return all.contains(asked)
                || grant(asked)
                        .filter(one -> grants.stream().anyMatch(grant -> grant.includes(one)))
                        .isPresent();
    }

    /// Types of which something is granted beyond the one patient in context.
    Set<String> beyondPatient(Set<String> types) {
        return types.stream()
                .filter(type ->
                        grants.stream()
                                .anyMatch(grant ->
                                        grant.whose() != Whose.PATIENT
                                                && (grant.covers('r', type)
                                                        || grant.covers('s', type))))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The filters that resources of a type must meet one of; none when some grant has no filter.
    Set<String> filters(String type) {
        var filters = new TreeSet<String>();
        for (var grant : grants) {
            if (grant.covers('r', type) || grant.covers('s', type)) {
                if (grant.filter().isEmpty()) {
                    return Set.of();
                }
                filters.add(grant.filter());
            }
        }
        return filters;
    }

    /// Whether any of them is about the patient in context.
    public boolean aboutPatient() {
        return grants.stream().anyMatch(grant -> grant.whose() == Whose.PATIENT);
    }

    /// As they are written, separated by spaces.
    public String text() {
        return String.join(" ", all);
    }
}
