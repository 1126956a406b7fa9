/// Unmodified client libraries of other languages, run as child processes against a running
/// gateway: their suites live in `clients/`, this is what starts them and reads their reports.
///
/// Must not know: what the suites test, nor anything of the gateway but its addresses and keys.
@NullMarked
package dev.sluice.app.clients;

import org.jspecify.annotations.NullMarked;
