package trellis.store;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/// The settings of the embedded server. Every acknowledged write is on disk: `fsync` and
/// `synchronous_commit` stay on.
final class PostgresTuning {
    private static final long MEGABYTE = 1L << 20;

    private PostgresTuning() {}

    /// For this machine.
    static Map<String, String> ofThisMachine() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return of(system.getTotalMemorySize());
    }

    /// For a machine of so many bytes of memory.
    static Map<String, String> of(long memory) {
        var shared = Math.clamp(memory / 32 / MEGABYTE, 256, 8192);
        var cached = Math.max(512, memory / 2 / MEGABYTE);
        var settings = new LinkedHashMap<String, String>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "300");
        settings.put("shared_buffers", shared + "MB");
        settings.put("effective_cache_size", cached + "MB");
        settings.put("work_mem", "16MB");
        settings.put("maintenance_work_mem", "128MB");
        settings.put("huge_pages", "off");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("max_wal_size", "4GB");
        // The binaries are built without lz4, which would be quicker.
        settings.put("wal_compression", "pglz");
        settings.put("checkpoint_timeout", "15min");
        settings.put("autovacuum_vacuum_scale_factor", "0.02");
        settings.put("random_page_cost", "1.1");
        settings.put("default_statistics_target", "200");
        settings.put("jit", "off");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m ");
        // Statements and rows hold patient data, so an error is logged without either.
        settings.put("log_min_error_statement", "panic");
        settings.put("log_error_verbosity", "terse");
        return Map.copyOf(settings);
    }
}
