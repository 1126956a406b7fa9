/// What a made-up model says and what it costs: prose, JSON that fits a schema, the tokenizer and
/// the counts of images, files and audio. Pure and deterministic.
///
/// Must not know: HTTP, any provider's envelope, the clock.
@NullMarked
package dev.sluice.simulator.answer;

import org.jspecify.annotations.NullMarked;
