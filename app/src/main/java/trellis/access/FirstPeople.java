package trellis.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import trellis.access.Account.Person;

/// The five people of the demo region who may sign in, one of them a patient of it, each with a password made up on the spot. A
/// node without the demo region begins with nobody: `trellis account add` brings the first.
@Component
public final class FirstPeople {
    /// The file in the data folder that holds their passwords, for its owner alone.
    public static final String FILE = "accounts.txt";

    private static final String TRUST = "Rowan Vale and West Rowanshire Hospitals NHS Trust";

    private static final List<Person> PEOPLE =
            List.of(
                    new Person(
                            "clinician",
                            "Dr Amina Osei",
                            Role.CLINICIAN,
                            TRUST,
                            "ZR9",
                            user("555000000101")),
                    new Person(
                            "gp",
                            "Dr Priya Nair",
                            Role.GP,
                            "Redwing Medical Practice",
                            "Z80012",
                            user("555000000102")),
                    new Person(
                            "pharmacist",
                            "Lee Harding",
                            Role.PHARMACIST,
                            "Weirside Pharmacy",
                            "ZF001"),
                    new Person("clerk", "Sam Whitlock", Role.WARD_CLERK, TRUST, "ZR9"),
                    new Person("auditor", "Jo Marsh", Role.AUDITOR, TRUST, "ZR9"),
                    new Person(
                            "patient",
                            "Andre Fernandez",
                            Role.PATIENT,
                            "",
                            "",
                            new Account.Self(
                                    "00020161-0010-4000-8000-000000000000",
                                    Level.P9,
                                    Account.Profile.NONE)));

    private final Accounts accounts;

    FirstPeople(Accounts accounts) {
        this.accounts = accounts;
    }

    /// Somebody with an SDS user id, by which they prescribe; invented like the people.
    private static Account.Self user(String id) {
        return new Account.Self("", Level.P0, new Account.Profile(id, "", ""));
    }

    /// Makes the accounts when there is none at all.
    ///
    /// @param home the data folder
    /// @return how to sign in, one line a person; empty when accounts were there already
    public List<String> arrive(Path home) {
        if (!accounts.all().isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        var passwords = PEOPLE.stream().map(_ -> Passwords.generate()).toList();
        for (var i = 0; i < PEOPLE.size(); i++) {
            lines.add(line(PEOPLE.get(i), passwords.get(i)));
        }
        // The file comes first: an account whose password nobody knows would be of no use.
        keep(home, lines);
        for (var i = 0; i < PEOPLE.size(); i++) {
            accounts.add(PEOPLE.get(i), passwords.get(i));
        }
        return List.copyOf(lines);
    }

    private static String line(Person person, String password) {
        return "%-10s %-20s %s, %s"
                .formatted(person.signIn(), password, person.name(), person.role().words());
    }

    private static void keep(Path home, List<String> lines) {
        var file = home.resolve(FILE);
        var fresh = home.resolve(FILE + ".new");
        try {
            Files.createDirectories(home);
            Files.deleteIfExists(fresh);
            if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                var owner = PosixFilePermissions.fromString("rw-------");
                Files.createFile(fresh, PosixFilePermissions.asFileAttribute(owner));
            }
            Files.write(fresh, lines);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("The passwords cannot be written to " + file, e);
        }
    }
}
