package trellis.store;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.function.ToDoubleFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import trellis.settings.Settings;

/// The store as the server's parts get it.
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean(destroyMethod = "close")
    PostgresStore store(
            Database database,
            Catalogue catalogue,
            Kept kept,
            Clock clock,
            MeterRegistry meters,
            SlowSearches slow) {
        return PostgresStore.on(
                database.dataSource(),
                database.straight(),
                catalogue,
                kept,
                clock,
                new Watch(meters, slow));
    }

    @Bean(destroyMethod = "close")
    SlowSearches slow(Database database, Settings settings, MeterRegistry meters) {
        var slow = SlowSearches.begun(SlowSettings.from(settings), database.dataSource());
        var _ =
                FunctionCounter.builder("trellis.searches.slow", slow, SlowSearches::count)
                        .description("Searches that took longer than TRELLIS_SLOW_MILLIS")
                        .register(meters);
        return slow;
    }

    @Bean
    Kept kept(Settings settings) {
        return new Kept(KeptSettings.from(settings).bytes());
    }

    /// In a server; a command measures nothing.
    @Bean
    MeterBinder keptMeasured(Kept kept) {
        return meters -> {
            count(kept, meters, "given", Kept::given);
            count(kept, meters, "read", Kept::read);
            count(kept, meters, "overtaken", Kept::overtaken);
        };
    }

    private static void count(
            Kept kept, MeterRegistry meters, String which, ToDoubleFunction<Kept> number) {
        var _ =
                FunctionCounter.builder("trellis.kept", kept, number)
                        .tag("answer", which)
                        .description("Answers from what was kept, from the database, made again")
                        .register(meters);
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    Forgetting forgetting(Database database) {
        return new Forgetting(database.dataSource());
    }

    @Bean
    Foreground foreground(Settings settings, MeterRegistry meters) {
        var foreground = new Foreground(BackgroundSettings.from(settings).share());
        var _ =
                Gauge.builder("trellis.serving", foreground, Foreground::serving)
                        .description("Requests that are being answered")
                        .register(meters);
        var _ =
                Gauge.builder("trellis.background.working", foreground, Foreground::working)
                        .description("Threads with work that gives way to requests")
                        .register(meters);
        var _ =
                FunctionCounter.builder("trellis.background.rested", foreground, Foreground::rested)
                        .baseUnit("seconds")
                        .description("How long such work has rested for requests")
                        .register(meters);
        return foreground;
    }

    @Bean
    Outbox outbox(Database database) {
        return new Outbox(database.dataSource());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Catalogue catalogue(Settings settings) {
        return new Catalogue(TextSettings.from(settings));
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    Learning learning(PostgresStore store, Database database, Catalogue catalogue) {
        return new Learning(store, database.dataSource(), catalogue);
    }

    /// Only once the catalogue is filled: a command makes no part that nobody asked for.
    @Bean
    @DependsOn("learning")
    Preparation preparation(Catalogue catalogue) {
        return new Preparation(catalogue);
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    Reindexing reindexing(
            Learning learning, Database database, Preparation preparation, Foreground foreground) {
        return new Reindexing(learning, database.dataSource(), preparation, foreground);
    }
}
