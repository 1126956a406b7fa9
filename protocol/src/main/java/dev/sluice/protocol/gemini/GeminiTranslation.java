package dev.sluice.protocol.gemini;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Reply;
import tools.jackson.databind.JsonNode;

/// The client half of Gemini.
public final class GeminiTranslation implements ClientHalf {

    @Override
    public Conversation readRequest(JsonNode request, Losses losses) {
        return new GeminiRequestReader(losses).read(request);
    }

    @Override
    public byte[] writeReply(Reply reply, Usage usage, Asked asked) {
        return GeminiReplies.write(reply, usage, asked);
    }

    @Override
    public EventWriter eventWriter(Asked asked) {
        return new GeminiEventWriter(asked);
    }
}
