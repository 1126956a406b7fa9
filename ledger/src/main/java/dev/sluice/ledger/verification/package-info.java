/// Proofs that the books balance and that roll-ups, windows and wallets agree with them.
///
/// Must not know: how they came about.
@NullMarked
package dev.sluice.ledger.verification;

import org.jspecify.annotations.NullMarked;
