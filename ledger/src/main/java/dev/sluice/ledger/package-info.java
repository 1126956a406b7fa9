/// The ledger's engine: holds over windows and wallets, what ends them, the journal behind them,
/// and the shipping of what ended to the books.
///
/// Must not know: HTTP, wire formats, who may call what. Its SQL touches its own tables alone.
@NullMarked
package dev.sluice.ledger;

import org.jspecify.annotations.NullMarked;
