/// OpenAI's realtime events, as far as money and names depend on them: what a client asks for, what
/// a provider made and what it used. Knows both spellings, that of today and the beta's. Everything
/// it does not know passes as it came. Pure: knows no connection.
@NullMarked
package dev.sluice.protocol.realtime;

import org.jspecify.annotations.NullMarked;
