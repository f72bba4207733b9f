package trellis.notary;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Right;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.PageController;

/// Heads and proofs as JSON, for auditors and what they use to check (RFC 9162, 2.1.3 and 2.1.4). They
/// hold hashes and nothing of any line.
@PageController
final class ProofPages {
    private final DataSource database;
    private final Access access;

    ProofPages(DataSource database, Access access) {
        this.database = database;
        this.access = access;
    }

    /// The latest signed head.
    @GetMapping("/audit/log/head")
    ResponseEntity<byte[]> head() {
        return answer(sql -> latest(sql).json());
    }

    /// The proof that a line is in the log.
    ///
    /// @param seq the line's number
    @GetMapping("/audit/log/inclusion/{seq}")
    ResponseEntity<byte[]> inclusion(@PathVariable long seq) {
        return answer(sql -> {
            var head = latest(sql);
            var leaf =
                    sql.leafOf(seq)
                            .orElseThrow(() ->
                                    new Refused(
                                            new Problem.NotFound(
                                                    "The line (one that is less than a minute old is not"
                                                            + " in the tree yet)")));
            var json = JsonNodeFactory.instance.objectNode();
            json.put("index", leaf.index());
            json.put("leaf", HexFormat.of().formatHex(leaf.hash()));
            path(json, Merkle.inclusion(leaf.index(), head.size(), sql));
            json.set("head", head.json());
            return json;
        });
    }

    /// The proof that the log of one size continues that of a smaller one.
    @GetMapping("/audit/log/consistency")
    ResponseEntity<byte[]> consistency(@RequestParam long first, @RequestParam long second) {
        return answer(sql -> {
            if (first < 1 || first > second || second > latest(sql).size()) {
                throw new Refused(
                        new Problem.BadRequest(
                                "value",
                                "first and second are sizes of the log: 1 or more, first not above second,"
                                        + " second not above the latest head's.",
                                "first"));
            }
            var json = JsonNodeFactory.instance.objectNode();
            json.put("first", first);
            json.put("second", second);
            path(json, Merkle.consistency(first, second, sql));
            return json;
        });
    }

    private static void path(ObjectNode json, List<byte[]> path) {
        var array = json.putArray("path");
        path.forEach(hash -> array.add(Base64.getEncoder().encodeToString(hash)));
    }

    private static Head latest(NotarySql sql) {
        return sql.head()
                .orElseThrow(() ->
                        new Refused(
                                new Problem.NotFound(
                                        "A signed head (the first is made within a minute)")));
    }

    private ResponseEntity<byte[]> answer(Function<NotarySql, ObjectNode> asked) {
        access.require(access.current(), Right.SEARCH, "AuditEvent");
        try (var connection = ConnectionSql.reading(database)) {
            var json = asked.apply(new NotarySql(connection)).toString();
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .header("Cache-Control", "no-store")
                    .header("X-Content-Type-Options", "nosniff")
                    .body(json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
