/// PostgreSQL as the other rooms see it: a pool with transactions, a thin mapping of statements and
/// rows, migrations, archives, and the data directory. The server that Sluice starts by itself is
/// in [dev.sluice.store.embedded].
///
/// Must not know: what a table means. Statements about keys, quotas or money live in the `*Store`
/// class of the area that owns the table, and in the ledger.
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
