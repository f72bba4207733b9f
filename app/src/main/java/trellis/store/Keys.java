package trellis.store;

import java.text.Normalizer;
import java.util.Locale;
import trellis.fhir.search.SearchParameter;

/// The 64-bit hashes by which the store names resources, parameters and tokens. They stand in the
/// database: a function here never changes; a new need gets a new function.
///
/// A resource's key is compared with its full id wherever the difference could matter (writes,
/// reads by id); tokens are trusted (store design, point 4: 64 bits need no recheck).
public final class Keys {

    /// How many values a shard or home number takes. A power of two.
    static final int SHARDS = 1024;

    private static final int INDEXED_TEXT = 120;

    /// Stands in no FHIR string, so that no two pairs of texts look alike.
    private static final char SEPARATOR = '\u0000';

    private Keys() {}

    /// The key of `type/id`; never 0.
    public static long resource(String type, String id) {
        return nonZero(mix(add(add(add(START, type), '/'), id)));
    }

    /// The shard of what hangs together under one key: a patient's, or a resource's own.
    static short shard(long key) {
        return (short) (key & (SHARDS - 1));
    }

    /// What tells one parameter's hashes from another's.
    public static long salt(String base, String code) {
        return mix(add(add(add(START, base), '.'), code));
    }

    /// What tells one parameter's hashes from another's.
    public static long salt(SearchParameter parameter) {
        return salt(parameter.base(), parameter.code());
    }

    /// The number of a parameter in the ordered rows.
    public static int parameter(SearchParameter parameter) {
        return parameter(salt(parameter));
    }

    /// The number, in the ordered rows, of the parameter with this salt.
    public static int parameter(long salt) {
        return (int) (salt >>> 32);
    }

    /// `system|code`; with an empty system: a code that has none.
    public static long token(long salt, String system, String code) {
        return salt ^ mix(add(add(add(START + 1, system), SEPARATOR), code));
    }

    /// `code`, whatever its system.
    public static long code(long salt, String code) {
        return salt ^ mix(add(START + 2, code));
    }

    /// `system|`, whatever the code.
    public static long system(long salt, String system) {
        return salt ^ mix(add(START + 3, system));
    }

    /// A reference to the resource with this key. SQL computes the same with `#`.
    public static long reference(long salt, long resourceKey) {
        return salt ^ resourceKey;
    }

    /// A reference to an address elsewhere, or a canonical.
    public static long address(long salt, String url) {
        return salt ^ mix(add(START + 4, url));
    }

    /// A reference by identifier.
    public static long logical(long salt, String system, String value) {
        return salt ^ mix(add(add(add(START + 5, system), SEPARATOR), value));
    }

    /// A text compared exactly.
    public static long exact(long salt, String text) {
        return salt ^ mix(add(START + 6, text));
    }

    /// The parameter has a value at all.
    public static long present(long salt) {
        return salt ^ mix(START + 7);
    }

    /// A URI.
    public static long uri(long salt, String uri) {
        return salt ^ mix(add(START + 8, uri));
    }

    /// A unit of measure, by system and code. 0 stands for none.
    public static long unit(String system, String code) {
        return nonZero(mix(add(add(add(START + 9, system), SEPARATOR), code)));
    }

    /// A unit of measure by its code, or by the words a person reads. 0 stands for none.
    public static long unit(String code) {
        return nonZero(mix(add(START + 10, code)));
    }

    /// Words that say what a code or an identifier is, normalised.
    public static long label(long salt, String normal) {
        return salt ^ mix(add(START + 11, normal));
    }

    /// An identifier with the kind it is of.
    public static long typed(long salt, String system, String code, String value) {
        var kind = add(add(add(START + 12, system), SEPARATOR), code);
        return salt ^ mix(add(add(kind, SEPARATOR), value));
    }

    /// A URI that begins with this one, up to a slash; a canonical address whose version begins with this one's, up to a full stop.
    public static long below(long salt, String uri) {
        return salt ^ mix(add(START + 13, uri));
    }

    /// The number, in the ordered rows, under which the quantities of a parameter lie in base units.
    static int canonical(int parameter) {
        return (int) (mix(START + 14 + parameter) >>> 32);
    }

    /// The salt of one part of a composite within one element. SQL computes the same with `#` from
    /// what stands for element 0.
    public static long part(long salt, int part, int element) {
        return mix(salt + 31L * (part + 1)) ^ element;
    }

    /// One hash for two, in their order.
    public static long join(long first, long second) {
        return mix(first * 31 + second);
    }

    /// Text as string search compares it: without case, accents and surplus white space, and cut to
    /// what is indexed (https://hl7.org/fhir/R4/search.html#string).
    public static String normal(String text) {
        if (ascii(text)) {
            return normalOf(text).toLowerCase(Locale.ROOT);
        }
        var plain = normalOf(Normalizer.normalize(text, Normalizer.Form.NFKD));
        return withoutStrokes(plain.toLowerCase(Locale.ROOT));
    }

    /// Letters that Unicode does not take apart, as whoever has no such key types them: Lukasz finds
    /// Łukasz, Soren Søren.
    private static String withoutStrokes(String small) {
        var out = new StringBuilder(small.length());
        for (var i = 0; i < small.length(); i++) {
            var c = small.charAt(i);
            switch (c) {
                case 'ł' -> out.append('l');
                case 'ø' -> out.append('o');
                case 'đ', 'ð' -> out.append('d');
                case 'ħ' -> out.append('h');
                case 'ı' -> out.append('i');
                case 'ŧ' -> out.append('t');
                case 'ß' -> out.append("ss");
                case 'æ' -> out.append("ae");
                case 'œ' -> out.append("oe");
                case 'þ' -> out.append("th");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static String normalOf(String plain) {
        var out = new StringBuilder(Math.min(plain.length(), INDEXED_TEXT));
        var gap = false;
        for (var i = 0; i < plain.length() && out.length() < INDEXED_TEXT; i++) {
            var c = plain.charAt(i);
            if (Character.isWhitespace(c)) {
                gap = !out.isEmpty();
            } else if (Character.getType(c) != Character.NON_SPACING_MARK) {
                if (gap) {
                    out.append(' ');
                    gap = false;
                }
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean ascii(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    private static final long START = 0xcbf29ce484222325L;

    private static long add(long hash, String text) {
        var h = hash;
        for (var i = 0; i < text.length(); i++) {
            h = add(h, text.charAt(i));
        }
        return h;
    }

    private static long add(long hash, char c) {
        return (hash ^ c) * 0x100000001b3L;
    }

    private static long mix(long hash) {
        var h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    private static long nonZero(long hash) {
        return hash == 0 ? 1 : hash;
    }
}
