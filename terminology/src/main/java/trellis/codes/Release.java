package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// One version of one code system, in compact form: arrays of numbers and one array of letters, a few hundred bytes for each
/// concept. Concepts are numbers from 0 up, in the order of the definition. Never changes; may be asked from any thread.
///
/// What subsumes what is walked, not looked up: the way up from a concept of SNOMED CT has some tens of steps, and a table of
/// all pairs would be larger than the rest.
public final class Release {
    private static final int FORM = 1;

    /// What the system says of itself.
    ///
    /// @param system its canonical address
    /// @param version empty when it has none
    /// @param name as people know it
    /// @param caseSensitive whether `a` and `A` are two codes
    /// @param whole whether all concepts of the system are here, so that a code that is not is none
    public record About(
            String system, String version, String name, boolean caseSensitive, boolean whole) {}

    /// A property that concepts may have.
    ///
    /// @param code its name
    /// @param type of its values
    public record Kind(String code, Property.Type type) {}

    private final About about;
    private final Strings codes;
    private final int[] byCode;
    private final BitSet inactive;
    private final BitSet unselectable;
    private final Strings terms;
    private final int[] displays;
    private final IntLists designations;
    private final int[] designationTerms;
    private final byte[] designationLabels;
    private final List<Label> labels;
    private final IntLists parents;
    private final IntLists children;
    private final IntLists attributes;
    private final int[] attributeTypes;
    private final int[] attributeTargets;
    private final byte[] attributeGroups;
    private final IntLists properties;
    private final int[] propertyKinds;
    private final int[] propertyValues;
    private final List<Kind> kinds;
    private final Strings values;
    private final Map<Integer, int[]> members;
    private final Map<String, Integer> bySmallCode;

    /// The language and use that designations share.
    record Label(String language, Designation.Use use) {}

    /// All that a release is made of.
    record Parts(
            About about,
            Strings codes,
            int[] byCode,
            BitSet inactive,
            BitSet unselectable,
            Strings terms,
            int[] displays,
            IntLists designations,
            int[] designationTerms,
            byte[] designationLabels,
            List<Label> labels,
            IntLists parents,
            IntLists attributes,
            int[] attributeTypes,
            int[] attributeTargets,
            byte[] attributeGroups,
            IntLists properties,
            int[] propertyKinds,
            int[] propertyValues,
            List<Kind> kinds,
            Strings values,
            Map<Integer, int[]> members) {}

    Release(Parts parts) {
        this.about = parts.about();
        this.codes = parts.codes();
        this.byCode = parts.byCode();
        this.inactive = parts.inactive();
        this.unselectable = parts.unselectable();
        this.terms = parts.terms();
        this.displays = parts.displays();
        this.designations = parts.designations();
        this.designationTerms = parts.designationTerms();
        this.designationLabels = parts.designationLabels();
        this.labels = List.copyOf(parts.labels());
        this.parents = parts.parents();
        this.children = turned(parts.parents(), parts.codes().size());
        this.attributes = parts.attributes();
        this.attributeTypes = parts.attributeTypes();
        this.attributeTargets = parts.attributeTargets();
        this.attributeGroups = parts.attributeGroups();
        this.properties = parts.properties();
        this.propertyKinds = parts.propertyKinds();
        this.propertyValues = parts.propertyValues();
        this.kinds = List.copyOf(parts.kinds());
        this.values = parts.values();
        this.members = Map.copyOf(parts.members());
        this.bySmallCode = about.caseSensitive() ? Map.of() : small();
    }

    private Map<String, Integer> small() {
        var small = new HashMap<String, Integer>();
        for (var concept = 0; concept < codes.size(); concept++) {
            small.putIfAbsent(codes.get(concept).toLowerCase(Locale.ROOT), concept);
        }
        return small;
    }

    /// Children from parents.
    private static IntLists turned(IntLists parents, int size) {
        var owners = new int[parents.values().length];
        for (var concept = 0; concept < size; concept++) {
            Arrays.fill(owners, parents.from(concept), parents.to(concept), concept);
        }
        return IntLists.group(size, parents.values()).of(owners);
    }

    public About about() {
        return about;
    }

    public String system() {
        return about.system();
    }

    public String version() {
        return about.version();
    }

    /// How many concepts there are.
    public int size() {
        return codes.size();
    }

    /// The concept with a code; -1 when there is none.
    public int find(String code) {
        var utf8 = code.getBytes(UTF_8);
        var place = Order.search(byCode.length, at -> codes.compare(byCode[at], utf8));
        if (place >= 0) {
            return byCode[place];
        }
        return about.caseSensitive()
                ? -1
                : bySmallCode.getOrDefault(code.toLowerCase(Locale.ROOT), -1);
    }

    /// The concept with a code; empty when there is none.
    public Optional<Integer> concept(String code) {
        var found = find(code);
        return found < 0 ? Optional.empty() : Optional.of(found);
    }

    public String code(int concept) {
        return codes.get(concept);
    }

    /// What it is called first; its code when it has no name.
    public String display(int concept) {
        return displays[concept] < 0 ? codes.get(concept) : terms.get(displays[concept]);
    }

    /// What it is called first in a language, such as `en` or `en-GB`, or else as it is.
    public String display(int concept, String language) {
        if (language.isEmpty()) {
            return display(concept);
        }
        var other = -1;
        for (var at = designations.from(concept); at < designations.to(concept); at++) {
            var entry = designations.value(at);
            var label = labels.get(designationLabels[entry] & 255);
            if (speaks(label.language(), language)) {
                if (designationTerms[entry] == displays[concept]) {
                    return display(concept);
                }
                if (other < 0 && !label.use().equals(ReleaseBuilder.FULL_NAME)) {
                    other = designationTerms[entry];
                }
            }
        }
        return other < 0 ? display(concept) : terms.get(other);
    }

    /// Whether a language is the one wanted, or a form of it.
    public static boolean speaks(String language, String wanted) {
        return language.equalsIgnoreCase(wanted)
                || language.toLowerCase(Locale.ROOT)
                        .startsWith(wanted.toLowerCase(Locale.ROOT) + "-");
    }

    /// Whether it may still be used.
    public boolean active(int concept) {
        return !inactive.get(concept);
    }

    /// Whether it may be chosen, and is not there for the order alone.
    public boolean selectable(int concept) {
        return !unselectable.get(concept);
    }

    public List<Designation> designations(int concept) {
        var all = new ArrayList<Designation>();
        for (var at = designations.from(concept); at < designations.to(concept); at++) {
            var entry = designations.value(at);
            var label = labels.get(designationLabels[entry] & 255);
            all.add(
                    new Designation(
                            label.language(), label.use(), terms.get(designationTerms[entry])));
        }
        return all;
    }

    /// Whether one of its names has a word that begins so.
    ///
    /// @param small UTF-8 of the beginning, in small letters
    boolean hasWord(int concept, byte[] small) {
        if (displays[concept] >= 0 && terms.hasWord(displays[concept], small)) {
            return true;
        }
        for (var at = designations.from(concept); at < designations.to(concept); at++) {
            if (terms.hasWord(designationTerms[designations.value(at)], small)) {
                return true;
            }
        }
        return displays[concept] < 0 && codes.hasWord(concept, small);
    }

    /// The concepts directly above.
    public int[] parents(int concept) {
        return parents.of(concept);
    }

    /// The concepts directly below.
    public int[] children(int concept) {
        return children.of(concept);
    }

    /// Whether one concept stands somewhere above another.
    public boolean above(int upper, int lower) {
        if (upper == lower) {
            return false;
        }
        var seen = new Walk();
        seen.add(lower);
        for (var at = 0; at < seen.size(); at++) {
            var concept = seen.get(at);
            for (var place = parents.from(concept); place < parents.to(concept); place++) {
                var parent = parents.value(place);
                if (parent == upper) {
                    return true;
                }
                seen.add(parent);
            }
        }
        return false;
    }

    /// The few concepts of a way up, each once.
    private static final class Walk {
        private int[] order = new int[64];
        private int[] slots = filled(256);
        private int size;

        private static int[] filled(int length) {
            var slots = new int[length];
            Arrays.fill(slots, -1);
            return slots;
        }

        int size() {
            return size;
        }

        int get(int at) {
            return order[at];
        }

        void add(int concept) {
            if (!take(concept)) {
                return;
            }
            if (size == order.length) {
                order = Arrays.copyOf(order, size * 2);
            }
            order[size++] = concept;
            if (size * 2 > slots.length) {
                slots = filled(slots.length * 4);
                for (var i = 0; i < size; i++) {
                    take(order[i]);
                }
            }
        }

        private boolean take(int concept) {
            var mask = slots.length - 1;
            for (var slot = (concept * 0x9E3779B9) >>> 7 & mask; ; slot = (slot + 1) & mask) {
                if (slots[slot] == concept) {
                    return false;
                }
                if (slots[slot] < 0) {
                    slots[slot] = concept;
                    return true;
                }
            }
        }
    }

    /// All that stand somewhere below one of some concepts, without those unless they do themselves.
    public BitSet below(BitSet tops) {
        return closure(tops, children);
    }

    /// All that stand somewhere above one of some concepts.
    public BitSet above(BitSet lows) {
        return closure(lows, parents);
    }

    private BitSet closure(BitSet from, IntLists next) {
        var found = new BitSet(size());
        var waiting = new Ints();
        from.stream().forEach(concept -> spread(concept, next, found, waiting));
        for (var at = 0; at < waiting.size(); at++) {
            spread(waiting.get(at), next, found, waiting);
        }
        return found;
    }

    private static void spread(int concept, IntLists next, BitSet found, Ints waiting) {
        for (var place = next.from(concept); place < next.to(concept); place++) {
            var other = next.value(place);
            if (!found.get(other)) {
                found.set(other);
                waiting.add(other);
            }
        }
    }

    /// All concepts that may still be used.
    public BitSet active() {
        var all = all();
        all.andNot(inactive);
        return all;
    }

    /// All concepts.
    public BitSet all() {
        var all = new BitSet(size());
        all.set(0, size());
        return all;
    }

    /// What a reference set refers to; empty when it is none.
    public Optional<BitSet> members(int referenceSet) {
        return Optional.ofNullable(members.get(referenceSet))
                .map(concepts -> {
                    var bits = new BitSet(size());
                    for (var concept : concepts) {
                        bits.set(concept);
                    }
                    return bits;
                });
    }

    /// The concepts that are reference sets.
    public BitSet referenceSets() {
        var bits = new BitSet(size());
        members.keySet().forEach(bits::set);
        return bits;
    }

    /// What is done with each attribute of a concept.
    @FunctionalInterface
    interface AttributeUse {
        /// @param group 0 for none
        void use(int type, int target, int group);
    }

    void attributes(int concept, AttributeUse use) {
        for (var at = attributes.from(concept); at < attributes.to(concept); at++) {
            var entry = attributes.value(at);
            use.use(attributeTypes[entry], attributeTargets[entry], attributeGroups[entry] & 255);
        }
    }

    /// How many attributes all concepts have.
    int attributes() {
        return attributeTypes.length;
    }

    /// What is said of a concept: its own properties, then its attributes by the code of their type.
    public List<Property> properties(int concept) {
        var all = new ArrayList<Property>();
        for (var at = properties.from(concept); at < properties.to(concept); at++) {
            var entry = properties.value(at);
            var kind = kinds.get(propertyKinds[entry]);
            all.add(new Property(kind.code(), kind.type(), values.get(propertyValues[entry])));
        }
        attributes(
                concept,
                (type, target, _) ->
                        all.add(new Property(code(type), Property.Type.CODE, code(target))));
        return all;
    }

    /// The concepts of which a property has a value that passes a test; a property is one of its own, or an attribute by the code
    /// of its type.
    BitSet where(String property, Predicate<String> test) {
        var found = new BitSet(size());
        for (var kind = 0; kind < kinds.size(); kind++) {
            if (kinds.get(kind).code().equals(property)) {
                where(kind, test, found);
            }
        }
        var type = attributes() == 0 ? -1 : find(property);
        if (type >= 0) {
            for (var concept = 0; concept < size(); concept++) {
                for (var at = attributes.from(concept); at < attributes.to(concept); at++) {
                    var entry = attributes.value(at);
                    if (attributeTypes[entry] == type && test.test(code(attributeTargets[entry]))) {
                        found.set(concept);
                    }
                }
            }
        }
        return found;
    }

    private void where(int kind, Predicate<String> test, BitSet found) {
        var known = new HashMap<Integer, Boolean>();
        for (var concept = 0; concept < size(); concept++) {
            for (var at = properties.from(concept); at < properties.to(concept); at++) {
                var entry = properties.value(at);
                if (propertyKinds[entry] == kind
                        && known.computeIfAbsent(
                                propertyValues[entry], value -> test.test(values.get(value)))) {
                    found.set(concept);
                }
            }
        }
    }

    /// The value of a property; empty when the concept has none.
    public Optional<String> property(int concept, String code) {
        return properties(concept).stream()
                .filter(property -> property.code().equals(code))
                .map(Property::value)
                .findFirst();
    }

    /// Which properties concepts of this release may have.
    public List<Kind> kinds() {
        return kinds;
    }

    /// Writes it down, to be read by [#read].
    public void write(DataOutput out) throws IOException {
        out.writeInt(FORM);
        out.writeUTF(about.system());
        out.writeUTF(about.version());
        out.writeUTF(about.name());
        out.writeBoolean(about.caseSensitive());
        out.writeBoolean(about.whole());
        codes.write(out);
        Packing.write(byCode, out);
        Packing.write(inactive, out);
        Packing.write(unselectable, out);
        terms.write(out);
        Packing.write(displays, out);
        designations.write(out);
        Packing.write(designationTerms, out);
        Packing.write(designationLabels, out);
        out.writeInt(labels.size());
        for (var label : labels) {
            out.writeUTF(label.language());
            out.writeUTF(label.use().system());
            out.writeUTF(label.use().code());
            out.writeUTF(label.use().display());
        }
        parents.write(out);
        attributes.write(out);
        Packing.write(attributeTypes, out);
        Packing.write(attributeTargets, out);
        Packing.write(attributeGroups, out);
        properties.write(out);
        Packing.write(propertyKinds, out);
        Packing.write(propertyValues, out);
        out.writeInt(kinds.size());
        for (var kind : kinds) {
            out.writeUTF(kind.code());
            out.writeUTF(kind.type().suffix());
        }
        values.write(out);
        out.writeInt(members.size());
        for (var entry : members.entrySet()) {
            out.writeInt(entry.getKey());
            Packing.write(entry.getValue(), out);
        }
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IOException when it is something else
    public static Release read(DataInput in) throws IOException {
        if (in.readInt() != FORM) {
            throw new IOException("this is no release in a form that is read here");
        }
        return new Release(
                new Parts(
                        new About(
                                in.readUTF(),
                                in.readUTF(),
                                in.readUTF(),
                                in.readBoolean(),
                                in.readBoolean()),
                        Strings.read(in),
                        Packing.ints(in),
                        Packing.bits(in),
                        Packing.bits(in),
                        Strings.read(in),
                        Packing.ints(in),
                        IntLists.read(in),
                        Packing.ints(in),
                        Packing.bytes(in),
                        labels(in),
                        IntLists.read(in),
                        IntLists.read(in),
                        Packing.ints(in),
                        Packing.ints(in),
                        Packing.bytes(in),
                        IntLists.read(in),
                        Packing.ints(in),
                        Packing.ints(in),
                        kinds(in),
                        Strings.read(in),
                        members(in)));
    }

    private static List<Label> labels(DataInput in) throws IOException {
        var labels = new ArrayList<Label>();
        for (var left = in.readInt(); left > 0; left--) {
            labels.add(
                    new Label(
                            in.readUTF(),
                            new Designation.Use(in.readUTF(), in.readUTF(), in.readUTF())));
        }
        return labels;
    }

    private static List<Kind> kinds(DataInput in) throws IOException {
        var kinds = new ArrayList<Kind>();
        for (var left = in.readInt(); left > 0; left--) {
            kinds.add(new Kind(in.readUTF(), Property.Type.of(in.readUTF())));
        }
        return kinds;
    }

    private static Map<Integer, int[]> members(DataInput in) throws IOException {
        var members = new HashMap<Integer, int[]>();
        for (var left = in.readInt(); left > 0; left--) {
            members.put(in.readInt(), Packing.ints(in));
        }
        return members;
    }
}
