package trellis;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.modulith.core.ApplicationModules;

/// The walls between packages, and the rules of the house that a compiler cannot hold.
///
/// One instance for all of them, so that what was read of the classes, hundreds of megabytes, goes with it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoundariesTest {
    private static final DescribedPredicate<JavaClass> NOT_OURS =
            resideInAnyPackage(
                    "trellis.codes..",
                    "trellis.fhir..",
                    "trellis.templates..",
                    "trellis.testkit..");
    private final JavaClasses product =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("trellis");
    private final JavaClasses tests =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("trellis");
    private static final Pattern BANNED =
            Pattern.compile(
                    "Abstract.*|Base[A-Z].*|.*(Impl|Manager|Helper|Util|Utils|Base|Dto|DTO|Vo|Handler)");

    @Test
    void packages_use_only_what_they_say_they_use() {
        ApplicationModules.of(Trellis.class, NOT_OURS).verify();
    }

    @Test
    void sql_stays_in_the_classes_that_are_named_for_it() {
        noClasses()
                .that(are(not(resideInAPackage("trellis.store.."))))
                .and()
                .haveSimpleNameNotEndingWith("Sql")
                .and()
                .haveSimpleNameNotEndingWith("Configuration")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "java.sql..",
                                "org.postgresql..",
                                "org.springframework.jdbc..",
                                "org.flywaydb.."))
                .check(product);
    }

    @Test
    void the_classes_of_hapi_stay_where_the_validator_is_called() {
        noClasses()
                .that(are(not(resideInAPackage("trellis.profiles"))))
                .should()
                .dependOnClassesThat(resideInAnyPackage("ca.uhn..", "org.hl7.fhir.."))
                .check(product);
    }

    /// What every start reads must not read the validator with it.
    @Test
    void nothing_that_is_read_at_the_start_knows_the_validator() {
        noClasses()
                .that()
                .resideInAPackage("trellis.profiles")
                .and()
                .haveNameNotMatching(
                        "trellis\\.profiles\\.(ValidatorReads|SupportReads|PolicyRules)(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAnyPackage("ca.uhn..", "org.hl7.fhir.."))
                .check(product);
    }

    @Test
    void nothing_is_mocked() {
        noClasses().should().dependOnClassesThat(resideInAPackage("org.mockito..")).check(tests);
    }

    @Test
    void nothing_is_injected_into_a_field() {
        for (var annotation :
                List.of(
                        "org.springframework.beans.factory.annotation.Autowired",
                        "org.springframework.beans.factory.annotation.Value",
                        "jakarta.inject.Inject",
                        "jakarta.annotation.Resource")) {
            noFields().should().beAnnotatedWith(annotation).allowEmptyShould(true).check(product);
        }
    }

    @Test
    void what_is_static_does_not_change() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(are(not(resideInAPackage("trellis.templates.."))))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(product);
    }

    @Test
    void names_say_what_a_thing_is() {
        classes()
                .that(are(not(resideInAPackage("trellis.templates.."))))
                .should()
                .haveNameNotMatching("(.*[.$])?(" + BANNED.pattern() + ")")
                .check(product);
    }

    @Test
    void only_the_terminal_prints() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("trellis.jobs.Console")
                .and(are(not(resideInAPackage("trellis.fhir.."))))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(product);
    }

    @Test
    void time_comes_from_the_clock_that_was_given() {
        noClasses()
                .that(are(not(resideInAPackage("trellis.fhir.."))))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .check(product);
    }
}
