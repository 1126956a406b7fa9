/// Prices as people see them: the public catalogue `GET /api/pricing`, and the comparison and
/// import of whole price books.
///
/// Must not know: how a call is priced (that is `catalog` and `policy`), callers and their keys.
@NullMarked
package dev.sluice.control.pricing;

import org.jspecify.annotations.NullMarked;
