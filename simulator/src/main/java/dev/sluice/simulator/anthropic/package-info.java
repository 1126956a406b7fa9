/// The Anthropic dialect: messages, their token count, models.
///
/// Must not know: sockets, timers, the journal. It turns a parsed request into an answer.
@NullMarked
package dev.sluice.simulator.anthropic;

import org.jspecify.annotations.NullMarked;
