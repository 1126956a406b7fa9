package dev.sluice.store.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What differs between a production server and one for tests.
///
/// @param durable false only where losing everything at a power failure is fine: tests
/// @param maxConnections all pools together
/// @param binaries a folder shared by several servers for the unpacked programs; null: beside the
///     cluster
public record PostgresSettings(boolean durable, int maxConnections, @Nullable Path binaries) {

    public static PostgresSettings production() {
        return new PostgresSettings(true, 24, null);
    }

    public static PostgresSettings forTests(Path binaries) {
        return new PostgresSettings(false, 100, binaries);
    }

    /// The text of `postgresql.conf`. Small memory (26 MB of proportional set size when idle), no
    /// replication, no parallel queries. Statements are not logged: their parameters are private.
    String render() {
        return """
        # Written by Sluice at every start; use ALTER SYSTEM for settings of your own.
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        password_encryption = 'scram-sha-256'
        max_connections = %d
        fsync = %s
        synchronous_commit = %s
        full_page_writes = %s
        shared_buffers = 32MB
        work_mem = 4MB
        maintenance_work_mem = 32MB
        dynamic_shared_memory_type = posix
        wal_level = minimal
        max_wal_senders = 0
        wal_buffers = 1MB
        max_wal_size = 256MB
        checkpoint_timeout = 10min
        io_method = sync
        max_worker_processes = 2
        max_logical_replication_workers = 0
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        max_parallel_maintenance_workers = 0
        autovacuum_max_workers = 1
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        datestyle = 'iso, ymd'
        log_min_messages = warning
        log_min_error_statement = panic
        log_checkpoints = off
        log_line_prefix = '%%m [%%p] '
        """
                .formatted(maxConnections, onOff(durable), onOff(durable), onOff(durable));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
