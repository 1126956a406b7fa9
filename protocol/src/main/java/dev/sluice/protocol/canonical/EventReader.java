package dev.sluice.protocol.canonical;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Reads the events of one stream; those that the dialect's meter took for good.
public interface EventReader {

    /// Reads one event.
    ///
    /// @param event the data of one event
    /// @param losses what of the answer there are no words for
    void read(JsonNode event, Consumer<ReplyEvent> sink, Losses losses);
}
