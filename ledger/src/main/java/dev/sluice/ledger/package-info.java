/// Money that was asked for, held, spent and booked: holds over windows and wallets, settlement,
/// the double-entry ledger, usage rows and their roll-ups.
///
/// Must not know: HTTP, wire formats, who may call what. Its SQL touches its own tables alone.
@NullMarked
package dev.sluice.ledger;

import org.jspecify.annotations.NullMarked;
