/// One benchmark that lives here because the arithmetic of holds is nobody else's business than the
/// ledger's. Knows nothing of the harness.
@NullMarked
package dev.sluice.ledger;

import org.jspecify.annotations.NullMarked;
