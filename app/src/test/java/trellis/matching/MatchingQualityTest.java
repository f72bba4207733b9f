package trellis.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.matching.GeneratedPeople.Trouble;

/// How well people are matched, by weights that are learned from the very records, of whom nobody has said who is the same.
class MatchingQualityTest {
    private static final Logger LOG = LoggerFactory.getLogger(MatchingQualityTest.class);
    private static final int PEOPLE = 20_000;
    private static final long EASY_SEED = 20_260_101;
    private static final long HARD_SEED = 20_260_102;
    private static final int MOST_IN_BLOCK = 500;

    @Test
    void records_with_few_faults_are_matched() {
        var quality = quality(GeneratedPeople.of(PEOPLE, Trouble.EASY, EASY_SEED));
        LOG.info("easy set: {}", quality);
        assertThat(quality.precision()).isGreaterThanOrEqualTo(0.9995);
        assertThat(quality.f1()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void records_with_nicknames_exchanged_names_twins_and_missing_numbers_are_matched() {
        var quality = quality(GeneratedPeople.of(PEOPLE, Trouble.HARD, HARD_SEED));
        LOG.info("hard set: {}", quality);
        assertThat(quality.precision()).isGreaterThanOrEqualTo(0.9995);
        assertThat(quality.f1()).isGreaterThanOrEqualTo(0.95);
        assertThat(quality.missed()).as("neither matched nor waiting for a person").isLessThan(200);
    }

    /// @param right pairs rightly taken for one person
    /// @param wrong pairs of two people taken for one
    /// @param waiting pairs of one person that wait for somebody to look
    /// @param work pairs of two people that wait
    /// @param missed pairs of one person that are taken for two, or never compared
    private record Quality(int right, int wrong, int waiting, int work, int missed) {
        double precision() {
            return right / (double) (right + wrong);
        }

        double recall() {
            return right / (double) (right + waiting + missed);
        }

        double f1() {
            return 2 * precision() * recall() / (precision() + recall());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "F1 %.4f, precision %.5f, recall %.4f; %d right, %d wrong, %d of one person and %d of"
                            + " two wait, %d missed",
                    f1(),
                    precision(),
                    recall(),
                    right,
                    wrong,
                    waiting,
                    work,
                    missed);
        }
    }

    private static Quality quality(GeneratedPeople set) {
        var people = set.records().stream().map(Traits::of).toList();
        var weights = EmRules.learn(people, Weights.builtIn(), 1, Instant.EPOCH.plusSeconds(1));
        var seen = new HashSet<Long>();
        var counts = new HashMap<String, Integer>();
        for (var key : BlockRules.Key.PASSES) {
            BlockRules.pairs(
                    people,
                    key,
                    MOST_IN_BLOCK,
                    (one, other) -> {
                        var low = Math.min(one, other);
                        var high = Math.max(one, other);
                        if (seen.add((long) low << 32 | high)) {
                            var same = set.whose().get(low).equals(set.whose().get(high));
                            var verdict =
                                    WeightRules.judge(people.get(low), people.get(high), weights);
                            counts.merge(
                                    verdict.getClass().getSimpleName() + " " + same,
                                    1,
                                    Integer::sum);
                        }
                    });
        }
        return new Quality(
                counts.getOrDefault("Same true", 0),
                counts.getOrDefault("Same false", 0),
                counts.getOrDefault("Perhaps true", 0),
                counts.getOrDefault("Perhaps false", 0),
                pairs(set.whose())
                        - counts.getOrDefault("Same true", 0)
                        - counts.getOrDefault("Perhaps true", 0));
    }

    private static int pairs(List<Integer> whose) {
        return whose.size() - new HashSet<>(whose).size();
    }
}
