package trellis.codes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes a [Release]: concepts first, then what is said of them, in any order.
public final class ReleaseBuilder {
    /// SNOMED CT's own name for the whole system of it.
    public static final String SNOMED = "http://snomed.info/sct";

    static final Designation.Use FULL_NAME =
            new Designation.Use(SNOMED, "900000000000003001", "Fully specified name");
    static final Designation.Use SYNONYM =
            new Designation.Use(SNOMED, "900000000000013009", "Synonym");

    private static final int MOST_LABELS = 256;

    private final Strings.Builder codes = new Strings.Builder();
    private final Strings.Builder terms = new Strings.Builder();
    private final Strings.Builder values = new Strings.Builder();
    private final BitSet inactive = new BitSet();
    private final BitSet unselectable = new BitSet();
    private final Ints displays = new Ints();
    private final Ints designationOwners = new Ints();
    private final Ints designationTerms = new Ints();
    private final Ints designationLabels = new Ints();
    private final Map<Release.Label, Integer> labels = new HashMap<>();
    private final List<Release.Label> labelList = new ArrayList<>();
    private final Ints children = new Ints();
    private final Ints parents = new Ints();
    private final Ints attributeOwners = new Ints();
    private final Ints attributeTypes = new Ints();
    private final Ints attributeTargets = new Ints();
    private final Ints attributeGroups = new Ints();
    private final Ints propertyOwners = new Ints();
    private final Ints propertyKinds = new Ints();
    private final Ints propertyValues = new Ints();
    private final Map<String, Integer> kinds = new HashMap<>();
    private final List<Release.Kind> kindList = new ArrayList<>();
    private final Map<String, Integer> knownValues = new HashMap<>();
    private final Map<Integer, Ints> members = new HashMap<>();

    /// How many values are remembered so that each is kept once; beyond them a value may be kept again.
    private static final int MOST_REMEMBERED = 200_000;

    /// Adds a concept.
    ///
    /// @return its number
    public int concept(String code) {
        displays.add(-1);
        return codes.add(code);
    }

    public int size() {
        return codes.size();
    }

    public void inactive(int concept) {
        inactive.set(concept);
    }

    public void unselectable(int concept) {
        unselectable.set(concept);
    }

    /// What it is called first.
    public void display(int concept, String term) {
        displays.set(concept, terms.add(term));
    }

    /// What it is called first, which is one of its terms.
    void display(int concept, int term) {
        displays.set(concept, term);
    }

    boolean hasDisplay(int concept) {
        return displays.get(concept) >= 0;
    }

    /// A term without anything it belongs to yet.
    int term(byte[] utf8, int start, int count) {
        return terms.add(utf8, start, count);
    }

    public void designation(int concept, String language, Designation.Use use, String term) {
        designation(concept, language, use, terms.add(term));
    }

    void designation(int concept, String language, Designation.Use use, int term) {
        var label = new Release.Label(language, use);
        var known = labels.get(label);
        if (known == null) {
            known = labels.size();
            if (known >= MOST_LABELS) {
                // The rarest pairs of language and use share one that says neither.
                known = MOST_LABELS - 1;
            } else {
                labels.put(label, known);
                labelList.add(
                        known == MOST_LABELS - 1
                                ? new Release.Label("", Designation.Use.NONE)
                                : label);
            }
        }
        designationOwners.add(concept);
        designationTerms.add(term);
        designationLabels.add(known);
    }

    /// Says that one concept stands directly below another.
    public void parent(int child, int parent) {
        children.add(child);
        parents.add(parent);
    }

    /// Says what a concept has to do with another.
    ///
    /// @param group from 1 up for attributes that belong together; 0 for one by itself
    public void attribute(int concept, int type, int target, int group) {
        attributeOwners.add(concept);
        attributeTypes.add(type);
        attributeTargets.add(target);
        attributeGroups.add(Math.min(group, 255));
    }

    public void property(int concept, String code, Property.Type type, String value) {
        var kind =
                kinds.computeIfAbsent(
                        code,
                        _ -> {
                            kindList.add(new Release.Kind(code, type));
                            return kindList.size() - 1;
                        });
        var known = knownValues.get(value);
        if (known == null) {
            known = values.add(value);
            if (knownValues.size() < MOST_REMEMBERED) {
                knownValues.put(value, known);
            }
        }
        propertyOwners.add(concept);
        propertyKinds.add(kind);
        propertyValues.add(known);
    }

    /// Puts a concept into a reference set.
    public void member(int referenceSet, int concept) {
        members.computeIfAbsent(referenceSet, _ -> new Ints()).add(concept);
    }

    /// The release.
    ///
    /// @throws Unreadable when a code is there twice
    public Release build(Release.About about) {
        var allCodes = codes.build();
        var byCode = Order.of(allCodes.size(), allCodes::compare);
        for (var i = 1; i < byCode.length; i++) {
            if (allCodes.compare(byCode[i - 1], byCode[i]) == 0) {
                throw new Unreadable(
                        about.system(),
                        0,
                        "the code " + allCodes.get(byCode[i]) + " is there twice");
            }
        }
        var size = allCodes.size();
        var refsets = new HashMap<Integer, int[]>();
        members.forEach((set, concepts) -> refsets.put(set, concepts.toArray()));
        return new Release(
                new Release.Parts(
                        about,
                        allCodes,
                        byCode,
                        inactive,
                        unselectable,
                        terms.build(),
                        displays.toArray(),
                        IntLists.group(size, designationOwners.toArray()),
                        designationTerms.toArray(),
                        small(designationLabels),
                        labelList,
                        IntLists.group(size, children.toArray()).of(parents.toArray()),
                        IntLists.group(size, attributeOwners.toArray()),
                        attributeTypes.toArray(),
                        attributeTargets.toArray(),
                        small(attributeGroups),
                        IntLists.group(size, propertyOwners.toArray()),
                        propertyKinds.toArray(),
                        propertyValues.toArray(),
                        kindList,
                        values.build(),
                        refsets));
    }

    private static byte[] small(Ints numbers) {
        var bytes = new byte[numbers.size()];
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers.get(i);
        }
        return bytes;
    }
}
