package trellis.fhir.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.xml.stream.XMLStreamException;

/// Compiles the published R4 definitions into one gzipped text table, and the code systems and value sets into another. Does
/// nothing when the tables were made by the same compiler from the same definitions.
public final class CompileDefinitions {
    private static final String MODEL = "/org/hl7/fhir/r4/model/";
    private static final List<String> CODES =
            List.of(
                    "valueset/valuesets.xml",
                    "valueset/v3-codesystems.xml",
                    "valueset/v2-tables.xml");
    private static final List<String> STRUCTURES =
            List.of("profile/profiles-types.xml", "profile/profiles-resources.xml");
    private static final List<Class<?>> COMPILER =
            List.of(
                    CompileDefinitions.class,
                    Structures.class,
                    ValueSets.class,
                    CodeSystems.class,
                    PublishedCodes.class,
                    Xml.class);

    private CompileDefinitions() {}

    /// @param arguments the files to write: the definitions, the code systems and value sets
    public static void main(String[] arguments) throws IOException, XMLStreamException {
        var target = Path.of(arguments[0]);
        var heading = "trellis-definitions\t" + fingerprint();
        var codes = Path.of(arguments[1]);
        if (heading.equals(headingOf(target)) && heading.equals(headingOf(codes))) {
            return;
        }
        var published = new PublishedCodes();
        var systems = new CodeSystems();
        var valueSets = new ValueSets(systems);
        for (var file : CODES) {
            each(
                    file,
                    resource -> {
                        switch (resource.name()) {
                            case "CodeSystem" -> {
                                systems.add(resource);
                                published.add(resource);
                            }
                            case "ValueSet" -> {
                                valueSets.add(resource);
                                published.add(resource);
                            }
                            default -> {}
                        }
                    });
        }
        var structures = new Structures(valueSets);
        for (var file : STRUCTURES) {
            each(
                    file,
                    resource -> {
                        if (resource.name().equals("StructureDefinition")) {
                            structures.add(resource);
                        }
                    });
        }
        var lines = new ArrayList<String>();
        lines.add(heading);
        lines.addAll(structures.valueSetLines());
        lines.addAll(structures.lines());
        write(lines, target);
        var codeLines = new ArrayList<String>();
        codeLines.add(heading);
        codeLines.addAll(published.lines());
        write(codeLines, codes);
    }

    private static void each(String file, Consumer<Xml> use)
            throws IOException, XMLStreamException {
        try (var in = new BufferedInputStream(open(MODEL + file), 1 << 16)) {
            Xml.eachResource(in, use);
        }
    }

    private static InputStream open(String resource) {
        var in = CompileDefinitions.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("The definitions lack " + resource);
        }
        return in;
    }

    /// Of the compiler's own classes and of the definitions' package.
    private static String fingerprint() throws IOException {
        var sum = new CRC32();
        for (var type : COMPILER) {
            try (var in = open("/" + type.getName().replace('.', '/') + ".class")) {
                sum.update(in.readAllBytes());
            }
        }
        try (var in =
                open(
                        "/META-INF/maven/ca.uhn.hapi.fhir/hapi-fhir-validation-resources-r4/"
                                + "pom.properties")) {
            sum.update(in.readAllBytes());
        }
        return HexFormat.of().toHexDigits(sum.getValue());
    }

    private static String headingOf(Path table) throws IOException {
        if (!Files.exists(table)) {
            return "";
        }
        try (var in = new GZIPInputStream(Files.newInputStream(table))) {
            var start = new String(in.readNBytes(200), UTF_8);
            return start.substring(0, Math.max(0, start.indexOf('\n')));
        }
    }

    private static void write(List<String> lines, Path target) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            for (var line : lines) {
                out.write(line.getBytes(UTF_8));
                out.write('\n');
            }
        }
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.write(target, bytes.toByteArray());
    }
}
