/// The OpenAI dialect: chat completions, embeddings, models.
///
/// Must not know: sockets, timers, the journal. It turns a parsed request into an answer.
@NullMarked
package dev.sluice.simulator.openai;

import org.jspecify.annotations.NullMarked;
