package trellis.jobs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import trellis.access.Account;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.access.Level;
import trellis.access.Passwords;
import trellis.access.Role;
import trellis.access.SecondSteps;
import trellis.settings.Settings;

/// `trellis account`: who may sign in. Passwords are made up, never chosen or typed: they go to the
/// standard output, once.
final class AccountCommand implements Command {
    private static final List<Role> ROLES =
            List.of(
                    Role.CLINICIAN,
                    Role.GP,
                    Role.PHARMACIST,
                    Role.WARD_CLERK,
                    Role.AUDITOR,
                    Role.PATIENT);
    private static final List<String> VERBS =
            List.of("list", "add", "password", "disable", "enable", "second-step-off", "unlink");
    private static final List<String> OPTIONS =
            List.of(
                    "--name",
                    "--role",
                    "--organisation",
                    "--ods",
                    "--patient",
                    "--level",
                    "--user-id",
                    "--profile-id",
                    "--role-code");

    private final Console console;
    private final Settings settings;

    AccountCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "account";
    }

    @Override
    public String summary() {
        return "Say who may sign in";
    }

    @Override
    public String usage() {
        return """
        account list
        account add SIGN-IN --name "Dr A Name" --role ROLE
                [--organisation NAME] [--ods CODE] [--patient ID] [--level P0|P5|P9]
                [--user-id N] [--profile-id N] [--role-code R8000]
                where ROLE is clinician, gp, ward-clerk, auditor or patient; --patient is the id of
                their own Patient, --level how well they have proved it; prints the password
        account password SIGN-IN    prints a new password; ends the account's sessions
        account disable SIGN-IN     no sign-in, and its tokens are refused
        account enable SIGN-IN
        account second-step-off SIGN-IN    their password is enough again, without a code: for who
                has lost both telephone and recovery codes
        account unlink SIGN-IN    whoever comes next under this name from the other issuer is its owner:
                for who has a new account there\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of("account", arguments, List.of(), OPTIONS);
        var verb = asked.words().isEmpty() ? "" : asked.words().getFirst();
        if (!VERBS.contains(verb)) {
            throw new UsageRefused(
                    "account needs list, add, password, disable, enable, second-step-off"
                            + " or unlink");
        }
        if (asked.words().size() != (verb.equals("list") ? 1 : 2)) {
            throw new UsageRefused("account " + verb + " needs one sign-in name");
        }
        if (asked.given() > 0 && !verb.equals("add")) {
            throw new UsageRefused("only account add takes options");
        }
        var person = verb.equals("add") ? List.of(person(asked)) : List.<Person>of();
        try (var work = new AuditedWork("account", settings)) {
            if (verb.equals("list")) {
                list(work);
            } else if (verb.equals("add")) {
                add(work, person.getFirst());
            } else {
                change(work, verb, asked.words().getLast());
            }
        }
        return 0;
    }

    private void list(AuditedWork work) {
        console.say("%-16s %-24s %-12s %s".formatted("sign-in", "name", "role", "state"));
        for (var account : work.accounts().all()) {
            console.say(line(account));
        }
    }

    private static String line(Account account) {
        var person = account.person();
        return "%-16s %-24s %-12s %s"
                .formatted(
                        person.signIn(),
                        person.name(),
                        person.role().words(),
                        account.disabled() ? "disabled" : "may sign in");
    }

    private void add(AuditedWork work, Person person) {
        var password = Passwords.generate();
        work.accounts().add(person, password);
        work.done("account added: " + person.signIn());
        console.note(
                person.name() + " may sign in as " + person.signIn() + ", with this password:");
        console.say(password);
    }

    private void change(AuditedWork work, String verb, String signIn) {
        if (verb.equals("password")) {
            var password = Passwords.generate();
            work.accounts().changePassword(signIn, password);
            work.done("account password changed: " + signIn);
            console.note("The new password of " + signIn + ":");
            console.say(password);
        } else if (verb.equals("second-step-off")) {
            SecondSteps.on(work.database()).forget(signIn);
            work.done("account second step ended: " + signIn);
            console.note(signIn + " signs in with their password alone until they set up another.");
        } else if (verb.equals("unlink")) {
            work.accounts().unlink(signIn);
            work.done("account unlinked: " + signIn);
            console.note(
                    "Whoever signs in elsewhere as " + signIn + " next is taken for its owner.");
        } else {
            var disabled = verb.equals("disable");
            work.accounts().disable(signIn, disabled);
            work.done("account " + verb + "d: " + signIn);
            console.note(
                    signIn + (disabled ? " may not sign in any more." : " may sign in again."));
        }
    }

    private static Person person(Options asked) {
        return new Person(
                asked.words().getLast().toLowerCase(Locale.ROOT),
                asked.value("--name")
                        .orElseThrow(() -> new UsageRefused("account add needs --name")),
                role(
                        asked.value("--role")
                                .orElseThrow(() -> new UsageRefused("account add needs --role"))),
                asked.value("--organisation").orElse(""),
                asked.value("--ods").orElse(""),
                self(asked));
    }

    private static Self self(Options asked) {
        var level = asked.value("--level").orElse("P0").toUpperCase(Locale.ROOT);
        return new Self(
                asked.value("--patient").orElse(""),
                Level.of(level).orElseThrow(() -> new UsageRefused("--level is P0, P5 or P9")),
                new Profile(
                        matching(asked, "--user-id", "\\d{12}", "twelve digits"),
                        matching(asked, "--profile-id", "\\d{12}", "twelve digits"),
                        matching(asked, "--role-code", "R\\d{4}", "R and four digits")));
    }

    private static String matching(Options asked, String option, String form, String words) {
        var sent = asked.value(option).orElse("");
        if (!sent.isEmpty() && !sent.matches(form)) {
            throw new UsageRefused(option + " is " + words);
        }
        return sent;
    }

    private static Role role(String text) {
        var wanted = text.toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        return Arrays.stream(Role.values())
                .filter(role -> ROLES.contains(role) && role.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new UsageRefused(
                                "--role is one of "
                                        + ROLES.stream()
                                                .map(role ->
                                                        role.name()
                                                                .toLowerCase(Locale.ROOT)
                                                                .replace('_', '-'))
                                                .collect(Collectors.joining(", "))));
    }
}
