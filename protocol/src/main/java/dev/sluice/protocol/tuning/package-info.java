/// Jobs that train a model further: what begins one, which files it learns from, what a provider
/// says of it, what clients see. One shape, OpenAI's, on both sides.
///
/// Must not know: prices, targets, how anything is sent or kept.
@NullMarked
package dev.sluice.protocol.tuning;

import org.jspecify.annotations.NullMarked;
