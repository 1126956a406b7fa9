package dev.sluice.protocol.canonical;

import dev.sluice.domain.Usage;

/// Writes one stream for a client: complete events of its framing, in UTF-8.
public interface EventWriter {

    /// What the client gets for this event; often nothing.
    byte[] write(ReplyEvent event);

    /// The end of a whole answer, with the closing mark. Nothing is written after it.
    byte[] end(Usage usage);
}
