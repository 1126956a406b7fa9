/// Wire formats as pure functions: bytes in, facts, edits, frames and faults out.
///
/// One package per dialect ([dev.sluice.protocol.openai]), beside what all dialects share: framing
/// of event streams, strict JSON with point edits, fault envelopes, and the shapes a data plane
/// works with ([Decoded], [StreamReader], [Answer], [UsageReport]). A new dialect is one package
/// that implements these shapes.
///
/// Same dialect on both sides means the client's original bytes with point edits, so nothing is
/// modelled that nobody decides on: unknown fields pass.
///
/// Must not know: sockets, clocks, threads, logging, providers, prices, keys. A time that matters
/// is passed in.
@NullMarked
package dev.sluice.protocol;

import org.jspecify.annotations.NullMarked;
