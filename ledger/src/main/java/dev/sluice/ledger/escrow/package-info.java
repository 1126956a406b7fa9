/// The money a replica may spend without asking: slices of windows and accounts, taken from
/// PostgreSQL, granted to calls from memory, given back when nobody needs them.
///
/// An amount leaves a window's `escrowed` only by a settlement or a return under the epoch that
/// took it; the right to spend it ends by time, being counted never does. What is decided is pure
/// and shared by every [dev.sluice.ledger.escrow.EscrowStore], so that a simulation over a model
/// store proves the code that runs.
///
/// Must not know: HTTP, who may call what, how a call is priced.
@NullMarked
package dev.sluice.ledger.escrow;

import org.jspecify.annotations.NullMarked;
