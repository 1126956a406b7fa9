/// A conversation with a model in no dialect's words: what is asked ([Conversation]), what is
/// answered in one piece ([Reply]) and piece by piece ([ReplyEvent]).
///
/// Every dialect translates to and from these types, never to another dialect: N readers and M
/// writers instead of N×M translators. A type exists here only if two dialects can say it; what one
/// of them alone can say is reported as a [Losses#drop] where it is met, never lost in silence.
///
/// Usage, errors and limits are not here: they are metered and edited in the upstream's own dialect
/// ([dev.sluice.protocol.Decoded]), whether a call is translated or not.
///
/// Must not know: dialects, bytes, frames, upstreams.
@NullMarked
package dev.sluice.protocol.canonical;

import org.jspecify.annotations.NullMarked;
