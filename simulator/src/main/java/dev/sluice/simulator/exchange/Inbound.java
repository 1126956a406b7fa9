package dev.sluice.simulator.exchange;

import io.vertx.core.buffer.Buffer;

/// A request as read from the wire.
///
/// @param account the label of its key
public record Inbound(String account, Route route, Buffer body) {}
