/// The money of an organization: balance, top-ups, refunds, accounts, entries and their proof.
///
/// Must not know: SQL (the ledger books and reads its own tables), how a call is priced.
@NullMarked
package dev.sluice.control.billing;

import org.jspecify.annotations.NullMarked;
