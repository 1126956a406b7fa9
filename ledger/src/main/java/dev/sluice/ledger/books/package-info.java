/// The double-entry books: accounts, entries, and the wallets that organizations pay from.
///
/// Must not know: usage rows, slices, how calls come about.
@NullMarked
package dev.sluice.ledger.books;

import org.jspecify.annotations.NullMarked;
