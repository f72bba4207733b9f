package trellis.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trellis.audit.AuditView.Row;

/// Lines of the log as a file for a spreadsheet: RFC 4180, times in UTC, one line each.
final class AuditCsv {
    private static final String HEADING =
            "time,name,role,organisation,ods_code,came,action,what,type,id,version,search,patient,"
                    + "other_patients,status,outcome,address,client,request\r\n";

    private AuditCsv() {}

    static byte[] of(List<AuditLine> lines) {
        return lines.stream()
                .map(AuditCsv::line)
                .collect(Collectors.joining("", HEADING, ""))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String line(AuditLine line) {
        var who = line.who();
        var target = line.target();
        return Stream.of(
                                line.when().toString(),
                                who.name(),
                                who.role(),
                                who.organisation(),
                                who.odsCode(),
                                who.came(),
                                line.action().code(),
                                line.what(),
                                target.type(),
                                target.id(),
                                target.version() == 0 ? "" : Long.toString(target.version()),
                                target.query(),
                                line.patient() == 0 ? "" : "%016x".formatted(line.patient()),
                                Integer.toString(line.others()),
                                Integer.toString(line.status()),
                                Row.outcome(line.status()),
                                line.source().address(),
                                line.source().agent(),
                                line.source().request())
                        .map(AuditCsv::cell)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    /// Text that a spreadsheet would run as a formula gets an apostrophe before it: a client chooses
    /// its own name and what it searches for.
    static String cell(String text) {
        var safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
