/// Wire formats as pure functions: bytes in, facts, edits, frames and faults out.
///
/// One package per dialect ([dev.sluice.protocol.openai], …), beside what all dialects share:
/// framing of event streams, strict JSON with point edits, fault envelopes, and the shapes a data
/// plane works with ([Decoded], [StreamReader], [Answer], [UsageReport]).
///
/// Same dialect on both sides means the client's original bytes with point edits, so nothing is
/// modelled that nobody decides on: unknown fields pass. Between two dialects a call goes through
/// [dev.sluice.protocol.canonical].
///
/// A dialect of conversations is added in four steps, and nothing that exists is changed but one
/// line:
/// 1. Its own shapes, as for passing through: a decoder that makes a [Decoded] (facts, places to
///    edit), a [StreamReader] and a reader of whole answers that meter.
/// 2. Its two halves in canonical words: [dev.sluice.protocol.canonical.ClientHalf] (request to
///    conversation; reply and events to bytes) and [dev.sluice.protocol.canonical.ProviderHalf]
///    (conversation to request; answer and frames to reply and events). A half reports what it
///    cannot say ([dev.sluice.protocol.canonical.Losses]) and refuses what would be another
///    question without it.
/// 3. One line in [dev.sluice.protocol.translate.Wire].
/// 4. Fixtures in the folder of that name: what its traps look like, and a golden file for each
///    pair.
///
/// A translated call is metered, limited and refused in the upstream's own dialect, by the shapes
/// of step 1: the written request is decoded again, and the answer read as if it were passed
/// through.
///
/// Must not know: sockets, clocks, threads, logging, providers, prices, keys. A time that matters
/// is passed in.
@NullMarked
package dev.sluice.protocol;

import org.jspecify.annotations.NullMarked;
