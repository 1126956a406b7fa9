/// The local journal: what a replica writes down about its calls before it acts, so that a crash
/// loses none. Segments on a disk, their format, the threads that write and flush them, and the
/// reading after a crash.
///
/// Must not know: PostgreSQL, HTTP, how a call is priced or settled.
@NullMarked
package dev.sluice.ledger.journal;

import org.jspecify.annotations.NullMarked;
