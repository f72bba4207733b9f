package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The formats of FHIR R4 datatypes, each with texts that fit and texts that do not.
class PrimitiveTest {

    @TestFactory
    Stream<DynamicTest> formats() {
        return Stream.of(
                        format(
                                "integer",
                                List.of("0", "-1", "2147483647", "-2147483648"),
                                List.of("01", "1.0", "1e2", "2147483648", "-2147483649", "-", "")),
                        format(
                                "unsignedInt",
                                List.of("0", "7"),
                                List.of("-1", "1.5", "2147483648")),
                        format(
                                "positiveInt",
                                List.of("1", "2147483647"),
                                List.of("0", "-1", "1.0")),
                        format(
                                "date",
                                List.of("2020", "2020-12", "2020-02-29", "0001-01-01"),
                                List.of(
                                        "",
                                        "20",
                                        "2020-13",
                                        "2020-00",
                                        "2021-02-29",
                                        "1900-02-29",
                                        "2020-04-31",
                                        "2020-1-1",
                                        "2020-01-01T",
                                        "0000",
                                        "2020-01-01 ",
                                        "2020-01-0x",
                                        "02020")),
                        format(
                                "dateTime",
                                List.of(
                                        "2020",
                                        "2020-02",
                                        "2020-02-29",
                                        "2020-02-29T23:59:60Z",
                                        "2020-02-29T00:00:00.123456789+14:00",
                                        "2020-02-29T00:00:00-00:00"),
                                List.of(
                                        "2020-02-29T10:00Z",
                                        "2020-02-29T10:00:00",
                                        "2020-02-29T24:00:00Z",
                                        "2020-02-29T10:60:00Z",
                                        "2020-02-30T10:00:00Z",
                                        "2020-02T10:00:00Z",
                                        "2020-02-29T10:00:00.Z",
                                        "2020-02-29T10:00:00+14:01",
                                        "2020-02-29t10:00:00Z",
                                        "2020-02-29T10:00:00z",
                                        "2020-02-29T10:00:00Zx",
                                        "2020-02-29T")),
                        format(
                                "instant",
                                List.of("2020-02-29T10:00:00Z", "2020-02-29T10:00:00.1+01:00"),
                                List.of("2020-02-29", "2020-02-29T10:00:00")),
                        format(
                                "time",
                                List.of("00:00:00", "23:59:60.5"),
                                List.of("24:00:00", "10:00", "10:00:00Z", "1:00:00", "")),
                        format(
                                "code",
                                List.of("a", "a b", "a-b_c:1"),
                                List.of("", " a", "a ", "a  b", "a\nb", "\u0001")),
                        format(
                                "id",
                                List.of("a", "A-1.b", "x".repeat(64)),
                                List.of("", "x".repeat(65), "a_b", "a b", "\u00e9")),
                        format(
                                "string",
                                List.of("a", " \r\n\t\u00e9\ud83d\ude00", "x".repeat(1 << 20)),
                                List.of("a\u0000", "\u0001", "x".repeat((1 << 20) + 1))),
                        format(
                                "uri",
                                List.of(
                                        "http://a/b",
                                        "relative",
                                        "urn:oid:1.2.3",
                                        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
                                List.of("a b", "a\n", "urn:oid:3.1", "urn:oid:1.02", "urn:uuid:x")),
                        format(
                                "canonical",
                                List.of("http://a/b|1", "#a", "urn:x:y"),
                                List.of("a/b", "b", "http://a b")),
                        format(
                                "oid",
                                List.of("urn:oid:1.2", "urn:oid:2.16.840.1", "urn:oid:0.0"),
                                List.of(
                                        "1.2",
                                        "urn:oid:1",
                                        "urn:oid:1.",
                                        "urn:oid:1..2",
                                        "urn:oid:1.2a")),
                        format(
                                "uuid",
                                List.of("urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
                                List.of(
                                        "c757873d-ec9a-4326-a141-556f43239520",
                                        "urn:uuid:c757873dxec9a-4326-a141-556f43239520",
                                        "urn:uuid:g757873d-ec9a-4326-a141-556f43239520")),
                        format(
                                "base64Binary",
                                List.of("YQ==", "YWI=", "YWJj", "YW Jj\n"),
                                List.of("", "Y", "YQ=", "YQ==YQ==", "Y-==", "====")))
                .flatMap(s -> s);
    }

    private static Stream<DynamicTest> format(String type, List<String> good, List<String> bad) {
        var primitive = Primitive.named(type);
        return Stream.of(
                DynamicTest.dynamicTest(
                        type + " takes what fits",
                        () -> assertThat(good).allMatch(primitive::fits)),
                DynamicTest.dynamicTest(
                        type + " refuses what does not",
                        () -> assertThat(bad).noneMatch(primitive::fits)));
    }
}
