package trellis.codes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The members of a value set: for each code system which concepts, in the order in which the value set lists them or in that of
/// the code system.
public final class Selection {

    /// What a value set says of a member in place of its code system.
    ///
    /// @param display empty for what the code system says
    record Said(String display, List<Designation> designations) {}

    /// One member.
    ///
    /// @param release its code system
    /// @param concept its number there
    public record Member(Release release, int concept) {
        public String code() {
            return release.code(concept);
        }
    }

    /// Members of one code system.
    static final class Group {
        private final Release release;
        private final BitSet members;
        private final Ints listed = new Ints();
        private final Map<Integer, Said> said = new HashMap<>();

        Group(Release release, BitSet members) {
            this.release = release;
            this.members = members;
        }

        void list(int concept, Said what) {
            members.set(concept);
            listed.add(concept);
            if (!what.display().isEmpty() || !what.designations().isEmpty()) {
                said.putIfAbsent(concept, what);
            }
        }

        Release release() {
            return release;
        }

        private boolean has(Release other, int concept) {
            if (other == release) {
                return members.get(concept);
            }
            var mine = same(release, other) ? release.find(other.code(concept)) : -1;
            return mine >= 0 && members.get(mine);
        }

        private void remove(Predicate<Member> unwanted) {
            for (var at = members.nextSetBit(0); at >= 0; at = members.nextSetBit(at + 1)) {
                if (unwanted.test(new Member(release, at))) {
                    members.clear(at);
                }
            }
        }

        private void join(Group other) {
            members.or(other.members);
            for (var i = 0; i < other.listed.size(); i++) {
                listed.add(other.listed.get(i));
            }
            other.said.forEach(said::putIfAbsent);
        }
    }

    private final List<Group> groups = new ArrayList<>();

    /// Whether two releases speak of the same concepts: two versions of one system do only when one of them does not say which it
    /// is.
    private static boolean same(Release a, Release b) {
        return a.system().equals(b.system())
                && (a.version().equals(b.version())
                        || a.version().isEmpty()
                        || b.version().isEmpty());
    }

    void add(Group more) {
        for (var group : groups) {
            if (group.release == more.release) {
                group.join(more);
                return;
            }
        }
        more.remove(member -> has(member.release(), member.concept()));
        groups.add(more);
    }

    void add(Selection more) {
        more.groups.forEach(this::add);
    }

    void remove(Selection less) {
        groups.forEach(group -> {
            for (var other : less.groups) {
                if (other.release == group.release) {
                    group.members.andNot(other.members);
                } else {
                    group.remove(member -> other.has(member.release(), member.concept()));
                }
            }
        });
    }

    /// Keeps what another has as well.
    void keep(Selection others) {
        groups.forEach(
                group -> group.remove(member -> !others.has(member.release(), member.concept())));
    }

    /// Keeps what may still be used.
    public void keepActive() {
        groups.forEach(group -> {
            var active = group.release.active();
            group.members.and(active);
        });
    }

    /// Keeps what has names in which each word begins a word.
    public void keepNamed(String words) {
        var wanted = Words.of(words);
        groups.forEach(group ->
                group.remove(member ->
                        !wanted.stream()
                                .allMatch(word ->
                                        member.release().hasWord(member.concept(), word)
                                                || saidWith(group, member.concept(), word))));
    }

    private static boolean saidWith(Group group, int concept, byte[] word) {
        var said = group.said.get(concept);
        if (said == null || said.display().isEmpty()) {
            return false;
        }
        var builder = new Strings.Builder();
        builder.add(said.display());
        return builder.build().hasWord(0, word);
    }

    boolean has(Release release, int concept) {
        return groups.stream().anyMatch(group -> group.has(release, concept));
    }

    /// The member with a code; empty when it is none.
    ///
    /// @param version of the system; empty for any
    public Optional<Member> member(String system, String version, String code) {
        for (var group : groups) {
            var fits =
                    group.release.system().equals(system)
                            && (version.isEmpty()
                                    || group.release.version().isEmpty()
                                    || group.release.version().equals(version));
            var concept = fits ? group.release.find(code) : -1;
            if (concept >= 0 && group.members.get(concept)) {
                return Optional.of(new Member(group.release, concept));
            }
        }
        return Optional.empty();
    }

    /// The members with a code, of whatever system.
    public List<Member> members(String code) {
        var found = new ArrayList<Member>();
        for (var group : groups) {
            var concept = group.release.find(code);
            if (concept >= 0 && group.members.get(concept)) {
                found.add(new Member(group.release, concept));
            }
        }
        return found;
    }

    /// How many members there are.
    public int size() {
        return groups.stream().mapToInt(group -> group.members.cardinality()).sum();
    }

    /// Which code systems the members come from.
    public List<Release> releases() {
        return groups.stream().map(Group::release).toList();
    }

    /// Some of the members.
    ///
    /// @param offset how many to pass over
    public List<Member> page(int offset, int count) {
        var page = new ArrayList<Member>();
        var left = offset;
        for (var group : groups) {
            var size = group.members.cardinality();
            if (left >= size) {
                left -= size;
                continue;
            }
            for (var concept : order(group, left, count - page.size())) {
                page.add(new Member(group.release, concept));
            }
            left = 0;
            if (page.size() >= count) {
                return page;
            }
        }
        return page;
    }

    private static int[] order(Group group, int offset, int count) {
        var order = new Ints();
        var rest = (BitSet) group.members.clone();
        var skipped = 0;
        for (var i = 0; i < group.listed.size() && order.size() < count; i++) {
            var concept = group.listed.get(i);
            if (rest.get(concept)) {
                rest.clear(concept);
                if (skipped++ >= offset) {
                    order.add(concept);
                }
            }
        }
        for (var at = rest.nextSetBit(0); at >= 0 && order.size() < count; ) {
            if (skipped++ >= offset) {
                order.add(at);
            }
            at = rest.nextSetBit(at + 1);
        }
        return order.toArray();
    }

    /// What a member is called here.
    ///
    /// @param language wanted; empty for any
    public String display(Member member, String language) {
        var said = said(member);
        return said.isPresent() && !said.get().display().isEmpty() && language.isEmpty()
                ? said.get().display()
                : member.release().display(member.concept(), language);
    }

    /// Its other names: those of the value set, then those of the code system.
    public List<Designation> designations(Member member) {
        var all = new ArrayList<Designation>();
        said(member).ifPresent(what -> all.addAll(what.designations()));
        all.addAll(member.release().designations(member.concept()));
        return all;
    }

    private Optional<Said> said(Member member) {
        return groups.stream()
                .filter(group -> group.release == member.release())
                .flatMap(group -> Optional.ofNullable(group.said.get(member.concept())).stream())
                .findFirst();
    }
}
