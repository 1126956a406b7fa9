/// Windows of quota rules and accounts as amounts: their keys, what a call holds of them, whether
/// it fits, what its settlement does to them, and their rows.
///
/// Must not know: slices, the journal, usage rows, the books.
@NullMarked
package dev.sluice.ledger.window;

import org.jspecify.annotations.NullMarked;
