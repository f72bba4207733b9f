package trellis.api;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.path.engine.Environment;

/// The world outside a resource for the FHIRPath of one request: the time, and what codes mean as far as this server holds it
/// (`memberOf()`, `subsumes()`, `subsumedBy()`). Each question is asked once, and there are so many at the most.
final class CodesEnvironment implements Environment {

    /// How many different questions about codes one request may ask.
    static final int MOST = 200;

    private final Clock clock;
    private final Optional<CodeSets> codes;
    private final Optional<CodeSets.Membership> membership;
    private final Map<List<?>, Optional<Boolean>> answers = new HashMap<>();

    CodesEnvironment(Clock clock, Optional<CodeSets> codes) {
        this.clock = clock;
        this.codes = codes;
        this.membership = codes.map(CodeSets::membership);
    }

    @Override
    public ZonedDateTime now() {
        return ZonedDateTime.now(clock);
    }

    @Override
    public Optional<Boolean> memberOf(Coded code, String valueSet) {
        return answer(
                List.of(code, valueSet),
                () -> membership.flatMap(sets -> sets.holds(valueSet, code(code))));
    }

    @Override
    public Optional<Boolean> subsumes(Coded general, Coded special) {
        return answer(
                List.of(general, special),
                () -> codes.flatMap(held -> held.subsumes(code(general), code(special))));
    }

    private Optional<Boolean> answer(List<?> question, Supplier<Optional<Boolean>> asked) {
        var known = answers.get(question);
        if (known != null) {
            return known;
        }
        if (answers.size() == MOST) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "The expressions ask about more than "
                                    + MOST
                                    + " different codes; ask about fewer.",
                            ""));
        }
        var answer = asked.get();
        answers.put(question, answer);
        return answer;
    }

    private static CodeSets.Code code(Coded coded) {
        return new CodeSets.Code(coded.system(), coded.code());
    }
}
