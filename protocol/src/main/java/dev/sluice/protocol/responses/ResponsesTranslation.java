package dev.sluice.protocol.responses;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The client's half of responses. There is no other yet: clients that speak another dialect do not
/// reach an upstream that speaks only this one.
public final class ResponsesTranslation implements ClientHalf {

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
}
