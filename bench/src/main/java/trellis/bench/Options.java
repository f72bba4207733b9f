package trellis.bench;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a measurement was asked to do: `--name value` pairs.
final class Options {
    private final Map<String, String> values = new TreeMap<>();

    private Options() {}

    /// @param allowed names without the dashes; the value of those that end in `!` is left out
    /// @throws IllegalArgumentException with a sentence that says what is allowed
    static Options parse(List<String> arguments, Set<String> allowed) {
        var options = new Options();
        for (var i = 0; i < arguments.size(); i++) {
            var name = arguments.get(i).replaceFirst("^--", "");
            if (allowed.contains(name + "!")) {
                options.values.put(name, "true");
            } else if (!arguments.get(i).startsWith("--") || !allowed.contains(name)) {
                throw new IllegalArgumentException(
                        "\"" + arguments.get(i) + "\" is none of " + dashed(allowed));
            } else if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            } else {
                options.values.put(name, arguments.get(++i));
            }
        }
        return options;
    }

    private static String dashed(Set<String> names) {
        var all = new TreeSet<String>();
        names.forEach(name -> all.add("--" + name.replace("!", "")));
        return String.join(" ", all);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    int number(String name, int standard) {
        return wholeNumber(name).orElse(standard);
    }

    /// @throws IllegalArgumentException when it is none
    Optional<Integer> wholeNumber(String name) {
        return text(name)
                .map(text -> {
                    if (!text.matches("\\d{1,9}")) {
                        throw new IllegalArgumentException(
                                "--" + name + " is a whole number, not \"" + text + "\"");
                    }
                    return Integer.valueOf(text);
                });
    }

    boolean given(String name) {
        return values.containsKey(name);
    }

    /// A file that must be there.
    Path file(String name, Path standard) {
        var path = text(name).map(Path::of).orElse(standard);
        if (!Files.isReadable(path)) {
            throw new IllegalArgumentException(
                    "--" + name + " names a file; " + path + " cannot be read");
        }
        return path;
    }

    /// The address of a FHIR server: of this machine, unless `--anywhere` was given too, because a
    /// load test of somebody else's server is an attack.
    Optional<URI> server(String name) {
        return servers(name).stream().findFirst();
    }

    /// Several, with commas between.
    List<URI> servers(String name) {
        return text(name).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .map(text -> near(URI.create(text.replaceFirst("/$", ""))))
                .toList();
    }

    private URI near(URI address) {
        try {
            if (!given("anywhere")
                    && !InetAddress.getByName(address.getHost()).isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        address.getHost()
                                + " is another machine; --anywhere says that it is yours to"
                                + " burden");
            }
            return address;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no host " + address.getHost(), e);
        }
    }
}
