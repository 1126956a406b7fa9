/// The Gemini dialect: content, its token count, embeddings, models.
///
/// Must not know: sockets, timers, the journal. It turns a parsed request into an answer.
@NullMarked
package dev.sluice.simulator.gemini;

import org.jspecify.annotations.NullMarked;
