/// OpenAI's realtime sessions: a conversation over one open connection, in text and in sound.
///
/// Must not know: the listener, accounts. It takes events and gives events.
@NullMarked
package dev.sluice.simulator.realtime;

import org.jspecify.annotations.NullMarked;
