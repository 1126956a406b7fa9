/// The PostgreSQL server that Sluice brings along and runs as a child process, with the settings of
/// production: fsync, checksums, password, loopback only.
///
/// Must not know: tables, pools, or what the database is used for.
@NullMarked
package dev.sluice.store.embedded;

import org.jspecify.annotations.NullMarked;
