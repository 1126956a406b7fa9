package dev.sluice.protocol.responses;

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
import tools.jackson.databind.node.ObjectNode;

/// Both halves of responses.
public final class ResponsesTranslation implements ClientHalf, ProviderHalf {

    private static final int LONGEST_TOOL_NAME = 64;

    @Override
    public Conversation readRequest(JsonNode request, Losses losses) {
        return new ResponsesRequestReader(losses).read(request);
    }

    @Override
    public ObjectNode repeated(JsonNode request) {
        return ResponseObject.repeated(request);
    }

    @Override
    public byte[] writeReply(Reply reply, Usage usage, Asked asked) {
        return ResponsesEventWriter.write(reply, usage, asked);
    }

    @Override
    public EventWriter eventWriter(Asked asked) {
        return new ResponsesEventWriter(asked);
    }

    @Override
    public byte[] writeRequest(Conversation conversation, ToolNames names, Losses losses) {
        return new ResponsesRequestWriter(names, losses).write(conversation);
    }

    @Override
    public ToolNames toolNames() {
        return new ToolNames(LONGEST_TOOL_NAME, false);
    }

    @Override
    public Reply readReply(JsonNode answer, Losses losses) {
        CollectedReply reply = new CollectedReply();
        new ResponsesEventReader().readWhole(answer, reply, losses);
        return reply.reply();
    }

    @Override
    public EventReader eventReader() {
        return new ResponsesEventReader();
    }
}
