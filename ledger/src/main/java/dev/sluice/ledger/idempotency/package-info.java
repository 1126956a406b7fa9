/// Answers kept under the key a client named, so that a repeated request is paid once.
///
/// Must not know: what the answers say.
@NullMarked
package dev.sluice.ledger.idempotency;

import org.jspecify.annotations.NullMarked;
