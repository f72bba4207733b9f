package trellis.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import trellis.settings.ServerSettings;
import trellis.settings.Settings;
import trellis.store.Database;
import trellis.store.StoreSettings;

/// The parts of the program that a command asks for, and what they stand on, without the web server.
/// A part is made when it is first asked for, so a command starts little more than it needs, and the
/// rules of every capability hold at the command line as they do over HTTP.
final class Parts implements AutoCloseable {
    private final Database database;
    private final GenericApplicationContext context;

    private Parts(Database database, GenericApplicationContext context) {
        this.database = database;
        this.context = context;
    }

    /// Opens the database that the settings name, starting PostgreSQL where that is ours to do.
    ///
    /// @throws trellis.store.DatabaseRefused with one plain sentence when that cannot be
    static Parts open(Settings settings) {
        var database = Database.open(StoreSettings.from(settings));
        try {
            return new Parts(database, context(settings, database));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static GenericApplicationContext context(Settings settings, Database database) {
        var context = new GenericApplicationContext();
        AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
        var scanner = new ClassPathBeanDefinitionScanner(context);
        scanner.addExcludeFilter(new AnnotationTypeFilter(SpringBootApplication.class));
        scanner.scan("trellis");
        new AnnotatedBeanDefinitionReader(context)
                .register(JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class);
        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
        context.registerBean(Settings.class, () -> settings);
        context.registerBean(ServerSettings.class, () -> ServerSettings.from(settings));
        context.registerBean(Database.class, () -> database, bean -> bean.setDestroyMethodName(""));
        // What is measured goes nowhere: nobody fetches it from a command.
        context.registerBean(MeterRegistry.class, () -> new CompositeMeterRegistry());
        context.refresh();
        return context;
    }

    /// One part.
    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    /// Stops the parts, then the database.
    @Override
    public void close() {
        try {
            context.close();
        } finally {
            database.close();
        }
    }
}
