package trellis.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import trellis.fhir.search.SearchParameter;

/// One condition of a search. The family is closed: the compiler of SQL answers every case.
///
/// A condition over no value at all (an empty set or list) holds for nothing.
public sealed interface Criterion {

    /// The id is one of these.
    record Ids(Set<String> ids) implements Criterion {
        public Ids {
            ids = Set.copyOf(ids);
        }
    }

    /// Belongs to the record of one of these patients (the patients' own resources included).
    record OfPatients(Set<String> ids) implements Criterion {
        public OfPatients {
            ids = Set.copyOf(ids);
        }
    }

    /// The last change lies in a span (microseconds, `low` up to and not including `high`).
    record Updated(long low, long high) implements Criterion {}

    /// Has one of these hashes among its tokens (see [Keys]).
    ///
    /// @param recorded whether they are codes by which records are leafed through, which each record keeps by itself as well, and
    ///     everything stored has been gone through for that: then they are found in few steps among what is of one patient
    record AnyToken(Set<Long> hashes, boolean recorded) implements Criterion {
        public AnyToken {
            hashes = Set.copyOf(hashes);
        }

        /// Of any kind.
        public AnyToken(Set<Long> hashes) {
            this(hashes, false);
        }
    }

    /// Has one of these hashes of an identifier, with or without its system (see [Keys#token] and
    /// [Keys#code]). Answers as [AnyToken] does, from an index made for values that are nearly unique.
    record AnyIdentifier(Set<Long> hashes) implements Criterion {
        public AnyIdentifier {
            hashes = Set.copyOf(hashes);
        }
    }

    /// One value of a string, date, number or quantity parameter passes one of these tests.
    record AnyValue(SearchParameter parameter, List<Test> tests) implements Criterion {
        public AnyValue {
            tests = List.copyOf(tests);
        }
    }

    /// Each of several ordered parameters has a value that passes one of its tests. Holds for the same as [AllOf] does: each index is
    /// read by itself, and what they have in common is found before any resource is looked at. For conditions of which each
    /// alone leaves thousands, and all together a few.
    record Common(List<AnyValue> values) implements Criterion {
        public Common {
            values = List.copyOf(values);
        }
    }

    /// Words that say what its code or identifier is begin with one of these texts, which are normalised (`:text`).
    record Labelled(SearchParameter parameter, Set<String> starts) implements Criterion {
        public Labelled {
            starts = Set.copyOf(starts);
        }
    }

    /// Its words hold one of these: words that must all be there, `"words in a row"`, `or` between them, `-` before one that must not
    /// be there.
    ///
    /// @param narrative whether the words of the narrative alone count
    record Worded(boolean narrative, Set<String> sought) implements Criterion {
        public Worded {
            sought = Set.copyOf(sought);
        }
    }

    /// Lies within a distance of one of these places.
    record Near(SearchParameter parameter, List<Circle> circles) implements Criterion {
        public Near {
            circles = List.copyOf(circles);
        }
    }

    /// A circle on the earth.
    ///
    /// @param latitude degrees north
    /// @param longitude degrees east
    /// @param metres how far from there
    record Circle(BigDecimal latitude, BigDecimal longitude, BigDecimal metres) {}

    /// In one element, each part of a composite passes one of its tests.
    ///
    /// @param parts for each component, in order, its tests
    record Together(SearchParameter composite, List<List<Test>> parts) implements Criterion {
        public Together {
            parts = parts.stream().map(List::copyOf).toList();
        }
    }

    /// The parameter has a value.
    record Present(SearchParameter parameter) implements Criterion {}

    /// Refers, by one of these parameters, to one resource: a compartment. Read from the references to it, of which there are few,
    /// whatever there is of the type.
    record Leads(List<SearchParameter> parameters, String type, String id) implements Criterion {
        public Leads {
            parameters = List.copyOf(parameters);
        }
    }

    /// Refers, by this parameter, to a resource of this type for which all of these hold (a chain).
    record Refers(SearchParameter parameter, String target, List<Criterion> criteria)
            implements Criterion {
        public Refers {
            criteria = List.copyOf(criteria);
        }
    }

    /// Is referred to, by this parameter of another type, from a resource of that type for which all
    /// of these hold (`_has`).
    record ReferredFrom(SearchParameter parameter, List<Criterion> criteria) implements Criterion {
        public ReferredFrom {
            criteria = List.copyOf(criteria);
        }
    }

    /// All of these hold.
    record AllOf(List<Criterion> criteria) implements Criterion {
        public AllOf {
            criteria = List.copyOf(criteria);
        }
    }

    /// One of these holds.
    record AnyOf(List<Criterion> options) implements Criterion {
        public AnyOf {
            options = List.copyOf(options);
        }
    }

    /// This does not hold.
    record Not(Criterion criterion) implements Criterion {}

    /// What one value is asked.
    sealed interface Test {

        /// A hash of a part of a composite, made with the salt of the part in element 0 (see
        /// [Composites]).
        record Hash(long hash) implements Test {}

        /// The normalised text begins so.
        record Starts(String normal) implements Test {}

        /// The normalised text is this.
        record Is(String normal) implements Test {}

        /// The normalised text ends so.
        record Ends(String normal) implements Test {}

        /// The normalised text contains this.
        record Contains(String normal) implements Test {}

        /// The value's span of time compares with this one (microseconds, `high` not included).
        record When(Prefix prefix, long low, long high) implements Test {}

        /// The value's span begins at one of these moments (microseconds): of many days one look into the index, where as many
        /// [When] would be planned one by one.
        record Begins(Set<Long> moments) implements Test {}

        /// The number compares with a span. The span is what the precision of the number searched
        /// for implies, and a single number (`low` = `high`) for the prefixes that compare exactly.
        ///
        /// @param low from
        /// @param high up to and not including, but for AP included
        /// @param unit must be the value's unit, unless 0 (see [Keys#unit(String, String)])
        /// @param code must be the code or the words of the value's unit, unless 0
        record Amount(Prefix prefix, BigDecimal low, BigDecimal high, long unit, long code)
                implements Test {}

        /// The quantity, in base units of UCUM, compares with a span, as [Amount] says.
        ///
        /// @param unit hash of the base unit (see [Keys#unit(String, String)])
        record Measured(Prefix prefix, BigDecimal low, BigDecimal high, long unit)
                implements Test {}
    }

    /// How a value compares (https://hl7.org/fhir/R4/search.html#prefix).
    enum Prefix {
        EQ,
        NE,
        GT,
        LT,
        GE,
        LE,
        SA,
        EB,
        AP
    }
}
