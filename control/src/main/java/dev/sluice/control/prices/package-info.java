/// Own prices of an organization, over the shipped price book.
///
/// Must not know: how a call is rated.
@NullMarked
package dev.sluice.control.prices;

import org.jspecify.annotations.NullMarked;
