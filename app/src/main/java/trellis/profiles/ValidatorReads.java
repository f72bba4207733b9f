package trellis.profiles;

import ca.uhn.fhir.context.FhirContext;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r5.model.ValueSet;
import org.hl7.fhir.r5.terminologies.utilities.ValidationResult;
import org.hl7.fhir.r5.utils.validation.ValidatorSession;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.r5.utils.validation.constants.IdStatus;
import org.hl7.fhir.r5.utils.xver.XVerExtensionManagerOld;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.utilities.validation.ValidationOptions;
import org.hl7.fhir.validation.ValidatorSettings;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Issue;

/// HL7's validator over what is held at one moment. What is stored later needs a new one; R4's types are read once for all.
final class ValidatorReads {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorReads.class);
    private static final int USES = 50;
    private static final Pattern ASIDE = Pattern.compile("/\\*.*?\\*/");

    /// R4's types, read, converted and completed once for all.
    static final class Types {
        private final FhirContext context = FhirContext.forR4();
        private final List<StructureDefinition> all;
        private final Set<String> primitive;
        private final Map<String, StructureDefinition> byUrl;

        /// Also of two validators, of which one is of before a change: they share what is here.
        private final ReentrantLock making = new ReentrantLock();

        Types(DefinitionReads definitions, TermReads terms) {
            this.all =
                    List.copyOf(
                            new WorkerContextValidationSupportAdapter(
                                            new SupportReads(context, definitions, terms))
                                    .fetchResourcesByType(StructureDefinition.class));
            this.byUrl =
                    all.stream()
                            .collect(
                                    Collectors.toUnmodifiableMap(
                                            StructureDefinition::getUrl,
                                            one -> one,
                                            (first, _) -> first));
            this.primitive =
                    all.stream()
                            .filter(one -> one.getKind() == StructureDefinitionKind.PRIMITIVETYPE)
                            .map(StructureDefinition::getName)
                            .collect(Collectors.toUnmodifiableSet());
        }
    }

    private final DefinitionReads definitions;
    private final Held held;
    private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();

    ValidatorReads(Types types, DefinitionReads definitions, TermReads terms) {
        this.definitions = definitions;
        this.held = new Held(types, definitions, terms);
    }

    /// What is held, each definition converted and completed once: two at a time would spoil each other.
    private static final class Held extends WorkerContextValidationSupportAdapter {
        private final Map<String, Optional<Resource>> known = new ConcurrentHashMap<>();
        private final Types types;
        private final DefinitionReads definitions;
        private final TermReads terms;

        Held(Types types, DefinitionReads definitions, TermReads terms) {
            super(new SupportReads(types.context, definitions, terms));
            this.types = types;
            this.definitions = definitions;
            this.terms = terms;
        }

        private static String key(Class<?> type, String url) {
            return type.getSimpleName() + " " + url;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T extends Resource> List<T> fetchResourcesByType(Class<T> type) {
            return type == StructureDefinition.class
                    ? (List<T>) types.all
                    : super.fetchResourcesByType(type);
        }

        @Override
        public List<StructureDefinition> fetchTypeDefinitions(String name) {
            return types.all.stream().filter(one -> name.equals(one.getType())).toList();
        }

        @Override
        public boolean isPrimitiveType(String name) {
            return types.primitive.contains(name);
        }

        /// A code alone is looked for in the value set itself.
        @Override
        public ValidationResult validateCode(
                ValidationOptions options, String code, ValueSet valueSet) {
            return validateCode(options, null, null, code, null, valueSet);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T extends Resource> @Nullable T fetchResource(Class<T> type, @Nullable String url) {
            if (url == null || url.isEmpty()) {
                return null;
            }
            if (type == StructureDefinition.class && types.byUrl.containsKey(url)) {
                return (T) types.byUrl.get(url);
            }
            var key = key(type, url);
            var there = known.get(key);
            if (there == null) {
                if (isMissing(type, url)) {
                    return null;
                }
                types.making.lock();
                try {
                    there =
                            TermReads.kept(
                                    known,
                                    key,
                                    () -> Optional.ofNullable(super.fetchResource(type, url)));
                } finally {
                    types.making.unlock();
                }
            }
            return (T) there.orElse(null);
        }

        /// Found out without the lock, since it may ask the store.
        private boolean isMissing(Class<?> type, String url) {
            if (!url.contains("://")) {
                return false;
            }
            return type == StructureDefinition.class
                    ? definitions.find(url).isEmpty()
                    : type == ValueSet.class && terms.valueSet(url).isEmpty();
        }
    }

    /// Validates one resource.
    ///
    /// @param json as UTF-8
    /// @param profiles canonical addresses of profiles that are held, besides those that it claims
    Finding validate(byte[] json, List<String> profiles, Deadline deadline) {
        var messages = new ArrayList<ValidationMessage>();
        var asked = new ArrayList<StructureDefinition>();
        try {
            for (var profile : profiles) {
                var found = held.fetchResource(StructureDefinition.class, profile);
                if (found == null || !found.hasSnapshot()) {
                    return broken(
                            "The profile "
                                    + profile
                                    + " cannot be used: its definition is broken.");
                }
                asked.add(found);
            }
            var worker = worker(deadline);
            worker.validator()
                    .validate(
                            null, messages, new ByteArrayInputStream(json), FhirFormat.JSON, asked);
            // One that was broken off is not used again, nor one of which that cannot be told: it
            // may have
            // swallowed what broke it off.
            if (worker.left() > 0 && !deadline.isOver()) {
                idle.add(worker);
            }
        } catch (Deadline.Passed e) {
            return late();
        } catch (StackOverflowError e) {
            return broken(
                    "The resource, or a definition that it is checked by, is nested too deeply.");
        } catch (LinkageError e) {
            LOG.error("The validator lacks a part", e);
            return broken("The validator of this server lacks a part that this resource needs.");
        } catch (RuntimeException e) {
            if (deadline.passed().get()) {
                return late();
            }
            LOG.warn("The validator failed", e);
            return broken(
                    "The validator cannot read this resource, or a definition that it is checked by.");
        }
        return deadline.passed().get() ? late() : new Finding(issues(messages, profiles), false);
    }

    private static Finding late() {
        return new Finding(
                List.of(
                        Issue.error(
                                "timeout",
                                "The validation took longer than it may (TRELLIS_VALIDATION_SECONDS) and was given up.",
                                "")),
                true);
    }

    private static Finding broken(String why) {
        return new Finding(List.of(Issue.error("processing", why, "")), false);
    }

    /// A validator that is used again, because making one reads whole lists, but not for ever, because it keeps something of each use.
    ///
    /// @param left how often it may still be used
    private record Worker(InstanceValidator validator, int left) {}

    private Worker worker(Deadline deadline) {
        var there = idle.poll();
        var worker =
                there == null
                        ? new Worker(made(), USES - 1)
                        : new Worker(there.validator(), there.left() - 1);
        var policy = new PolicyRules(deadline);
        worker.validator().setPolicyAdvisor(policy);
        worker.validator().getFHIRPathEngine().setTracer(policy);
        return worker;
    }

    private InstanceValidator made() {
        var validator =
                new InstanceValidator(
                        held,
                        new FhirInstanceValidator.NullEvaluationContext(),
                        new XVerExtensionManagerOld(held),
                        new ValidatorSession(),
                        new ValidatorSettings());
        validator.setAnyExtensionsAllowed(true);
        validator.setErrorForUnknownProfiles(false);
        validator.setAssumeValidRestReferences(true);
        validator.setUnknownCodeSystemsCauseErrors(false);
        validator.setResourceIdRule(IdStatus.OPTIONAL);
        validator.setAllowExamples(true);
        validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Hint);
        return validator;
    }

    private List<Issue> issues(List<ValidationMessage> messages, List<String> profiles) {
        var issues = new LinkedHashSet<Issue>();
        for (var message : messages) {
            issues.add(
                    new Issue(
                            severity(message),
                            message.getType() == null ? "processing" : message.getType().toCode(),
                            message.getMessage() == null ? "" : message.getMessage(),
                            place(message)));
        }
        for (var profile : profiles) {
            definitions
                    .find(profile)
                    .ifPresent(one ->
                            one.left()
                                    .forEach(what ->
                                            issues.add(
                                                    new Issue(
                                                            Issue.Severity.WARNING,
                                                            "not-supported",
                                                            what,
                                                            ""))));
        }
        return List.copyOf(issues);
    }

    private static Issue.Severity severity(ValidationMessage message) {
        return switch (message.getLevel()) {
            case FATAL, ERROR -> Issue.Severity.ERROR;
            case WARNING -> Issue.Severity.WARNING;
            case INFORMATION, NULL -> Issue.Severity.INFORMATION;
        };
    }

    private static String place(ValidationMessage message) {
        var location = message.getLocation();
        return location == null ? "" : ASIDE.matcher(location).replaceAll("");
    }
}
