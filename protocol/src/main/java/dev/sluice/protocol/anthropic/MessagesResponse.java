package dev.sluice.protocol.anthropic;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.UpstreamFaults;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads a complete message; its bytes go to the client as they are.
final class MessagesResponse {

    private static final JsonFactory JSON = new JsonFactory();

    private final MessagesUsage usage = new MessagesUsage();
    private boolean hasContent;
    private long contentBytes;
    private @Nullable String stopReason;
    private @Nullable String model;
    private @Nullable String id;

    private MessagesResponse() {}

    /// Reads one answer.
    ///
    /// @throws FaultException `upstream_error` for what is no message, or the classified fault when
    ///     a provider wraps an error in a 200
    static Answer read(byte[] body) {
        MessagesResponse response = new MessagesResponse();
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            response.members(p, body);
            if (p.nextToken() != null || !response.hasContent) {
                throw malformed();
            }
        } catch (JacksonException e) {
            throw malformed();
        }
        return response.answer(body);
    }

    private void members(JsonParser p, byte[] body) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "content" -> {
                    hasContent = token == JsonToken.START_ARRAY;
                    if (hasContent) {
                        content(p);
                    }
                }
                case "usage" -> usage.take(p);
                case "error" -> {
                    if (token != JsonToken.VALUE_NULL) {
                        throw UpstreamFaults.inStream(body, 0, body.length).fault().asException();
                    }
                }
                case "id" -> id = text(p);
                case "model" -> model = text(p);
                case "stop_reason" -> stopReason = text(p);
                default -> {}
            }
            p.skipChildren();
        }
    }

    private void content(JsonParser p) {
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (p.currentToken() == JsonToken.START_OBJECT) {
                block(p);
            }
        }
    }

    private void block(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "text", "thinking", "name", "input" -> contentBytes += Fields.span(p).length();
                default -> p.skipChildren();
            }
        }
    }

    private static @Nullable String text(JsonParser p) {
        return p.currentToken() == JsonToken.VALUE_STRING ? p.getString() : null;
    }

    private Answer answer(byte[] body) {
        return new Answer(
                body,
                new Answer.Facts(
                        usage.report(0),
                        stopReason == null ? List.of() : List.of(stopReason),
                        contentBytes,
                        model,
                        usage.serviceTier(),
                        id,
                        usage.searches()));
    }

    private static FaultException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
