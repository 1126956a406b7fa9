/// Usage, prices and money in the words of other products, so that their clients work unchanged:
/// views over the same roll-ups and the same ledger, never a store of their own.
///
/// Must not know: how calls are carried, or how the books are kept.
@NullMarked
package dev.sluice.control.compat;

import org.jspecify.annotations.NullMarked;
