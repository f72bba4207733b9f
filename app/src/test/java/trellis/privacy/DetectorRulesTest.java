package trellis.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Snooping planted among 100,000 accesses of a made-up trust: 40,000 patients, 1,500 staff in 60 teams,
/// surnames as unequal as real ones. Each access becomes what the detector knows about it, by counting in
/// that world, not by saying what it should be.
class DetectorRulesTest {
    private static final int PATIENTS = 40_000;
    private static final int STAFF = 1_500;
    private static final int TEAMS = 60;
    private static final int ACCESSES = 100_000;
    private static final int PLANTED = 400;
    private static final int SURNAMES = 4_000;

    private final Random random = new Random(20_261_127);

    private record Someone(int surname, int address, int team, boolean known) {}

    private record Seen(int staff, int patient, int day, boolean opened, boolean snooping) {}

    private final List<Someone> patients = new ArrayList<>();
    private final List<Someone> staff = new ArrayList<>();
    private final Map<Integer, Integer> patientOf = new HashMap<>();
    private final Map<Integer, Integer> bearers = new HashMap<>();

    @Test
    void planted_snooping_is_found_and_little_else() {
        people();
        var seen = accesses();
        var counts = new Counts(seen);
        var flagged = 0;
        var found = 0;
        for (var one : seen) {
            if (DetectorRules.judge(known(one, counts)).flagged()) {
                flagged++;
                found += one.snooping() ? 1 : 0;
            }
        }
        var recall = found / (double) PLANTED;
        var share = flagged / (double) seen.size();
        System.out.printf(
                "detector: recall %.3f, flagged %.4f of %d%n", recall, share, seen.size());
        assertThat(seen).hasSize(ACCESSES);
        assertThat(recall).isGreaterThanOrEqualTo(0.95);
        assertThat(share).isLessThanOrEqualTo(0.01);
    }

    /// Surnames by Zipf's law: a few are everybody's, most are rare.
    private int surname() {
        return (int) Math.min(SURNAMES - 1, Math.pow(SURNAMES, random.nextDouble()) - 1);
    }

    private void people() {
        for (var i = 0; i < PATIENTS; i++) {
            // Every second patient lives with the one before, and mostly bears their name.
            var before = i % 2 == 1 ? patients.get(i - 1) : null;
            var surname = before != null && random.nextInt(4) > 0 ? before.surname() : surname();
            var address = before != null ? before.address() : i;
            patients.add(
                    new Someone(
                            surname, address, random.nextInt(TEAMS), random.nextInt(2_000) == 0));
            bearers.merge(surname, 1, Integer::sum);
        }
        for (var i = 0; i < STAFF; i++) {
            var self = i * (PATIENTS / STAFF);
            var own = patients.get(self);
            staff.add(new Someone(own.surname(), own.address(), i % TEAMS, false));
            patientOf.put(self, i);
        }
    }

    private List<Seen> accesses() {
        var seen = new ArrayList<Seen>();
        // Care: a team looks after its patients for some days, several members a day.
        while (seen.size() < ACCESSES - PLANTED) {
            var patient = random.nextInt(PATIENTS);
            var team = patients.get(patient).team();
            var start = random.nextInt(25);
            var days = 1 + random.nextInt(4);
            for (var day = start; day < start + days; day++) {
                var members = 1 + random.nextInt(4);
                for (var m = 0; m < members && seen.size() < ACCESSES - PLANTED; m++) {
                    var who = team + TEAMS * random.nextInt(STAFF / TEAMS);
                    // Now and then care is not recorded in time, and somebody opens with a reason.
                    seen.add(new Seen(who, patient, day, random.nextInt(500) == 0, false));
                }
            }
        }
        for (var i = 0; i < PLANTED; i++) {
            seen.add(snoop(i));
        }
        return seen;
    }

    private Seen snoop(int i) {
        var who = random.nextInt(STAFF);
        var day = random.nextInt(25);
        return switch (i % 5) {
            case 0 -> new Seen(who, patientWith(who, true), day, false, true);
            case 1 -> new Seen(who, patientWith(who, false), day, false, true);
            case 2 -> {
                var colleague = random.nextInt(STAFF) * (PATIENTS / STAFF);
                yield new Seen(who, colleague, day, false, true);
            }
            case 3 -> new Seen(who, figure(), day, false, true);
            // Browsing: one person, one day, hundreds of strangers; each planted one is one of
            // them.
            default -> new Seen(i % 10 == 4 ? 7 : 11, random.nextInt(PATIENTS), 12, false, true);
        };
    }

    private int patientWith(int who, boolean household) {
        var self = who * (PATIENTS / STAFF);
        var own = patients.get(self);
        if (household) {
            return self % 2 == 0 ? self + 1 : self - 1;
        }
        // A relative who lives elsewhere: the same name, if anybody else bears it.
        for (var tries = 0; tries < 20_000; tries++) {
            var one = random.nextInt(PATIENTS);
            if (one != self && patients.get(one).surname() == own.surname()) {
                return one;
            }
        }
        return self % 2 == 0 ? self + 1 : self - 1;
    }

    private int figure() {
        while (true) {
            var one = random.nextInt(PATIENTS);
            if (patients.get(one).known()) {
                return one;
            }
        }
    }

    /// What can be counted in the log itself.
    private final class Counts {
        private final Map<Long, List<Seen>> ofPatient = new HashMap<>();
        private final Map<Long, Integer> ofDay = new HashMap<>();

        Counts(List<Seen> seen) {
            for (var one : seen) {
                ofPatient.computeIfAbsent((long) one.patient(), _ -> new ArrayList<>()).add(one);
                ofDay.merge(one.staff() * 1_000L + one.day(), 1, Integer::sum);
            }
        }

        int others(Seen one) {
            return (int)
                    ofPatient.getOrDefault((long) one.patient(), List.of()).stream()
                            .filter(other ->
                                    other.staff() != one.staff()
                                            && Math.abs(other.day() - one.day()) <= 7)
                            .map(Seen::staff)
                            .distinct()
                            .count();
        }

        /// Care leaves its own trace, in 997 of 1,000 cases in time.
        boolean care(Seen one) {
            return !one.snooping() && random.nextInt(1_000) < 997;
        }

        int records(Seen one) {
            return ofDay.getOrDefault(one.staff() * 1_000L + one.day(), 0);
        }
    }

    private DetectorRules.Access known(Seen one, Counts counts) {
        var patient = patients.get(one.patient());
        var who = staff.get(one.staff());
        return new DetectorRules.Access(
                patient.address() == who.address(),
                patient.surname() == who.surname(),
                bearers.getOrDefault(patient.surname(), 0) / (double) PATIENTS,
                patientOf.containsKey(one.patient()),
                patient.known(),
                counts.care(one),
                counts.others(one),
                one.opened(),
                counts.records(one),
                ACCESSES / (double) STAFF / 28);
    }
}
