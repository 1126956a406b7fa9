package dev.sluice.protocol.gemini;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.CollectedReply;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ProviderHalf;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.ToolNames;
import tools.jackson.databind.JsonNode;

/// Both halves of Gemini.
public final class GeminiTranslation implements ClientHalf, ProviderHalf {

    private static final int LONGEST_TOOL_NAME = 64;

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

    @Override
    public byte[] writeRequest(Conversation conversation, ToolNames names, Losses losses) {
        return new GeminiRequestWriter(names, losses).write(conversation);
    }

    /// A name begins with a letter or `_`.
    @Override
    public ToolNames toolNames() {
        return new ToolNames(LONGEST_TOOL_NAME, true);
    }

    @Override
    public Reply readReply(JsonNode answer, Losses losses) {
        CollectedReply reply = new CollectedReply();
        eventReader().read(answer, reply, losses);
        return reply.reply();
    }

    @Override
    public EventReader eventReader() {
        return new GeminiEventReader();
    }
}
