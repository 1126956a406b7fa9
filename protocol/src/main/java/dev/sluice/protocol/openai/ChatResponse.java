package dev.sluice.protocol.openai;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.UsageReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads a complete chat completion; its bytes go to the client as they are.
public final class ChatResponse {

    private static final JsonFactory JSON = new JsonFactory();

    private final ChoiceScan scan = new ChoiceScan();
    private final List<String> finishReasons = new ArrayList<>(1);
    private UsageReport usage = UsageReport.NONE;
    private boolean hasChoices;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private @Nullable String responseId;

    private ChatResponse() {}

    /// Reads one answer.
    ///
    /// @throws FaultException `upstream_error` for what is no completion, or the classified fault
    ///     when a provider wraps an error in a 200
    public static Answer read(byte[] body) {
        ChatResponse response = new ChatResponse();
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            response.members(p, body);
            if (p.nextToken() != null || !response.hasChoices) {
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
                case "choices" -> {
                    if (token == JsonToken.START_ARRAY) {
                        scan.choices(p, finishReasons::add);
                        hasChoices |= scan.seen > 0;
                    }
                }
                case "usage" -> usage = ChatUsage.read(p, true);
                case "error" -> {
                    if (token != JsonToken.VALUE_NULL) {
                        throw UpstreamFaults.inStream(body, 0, body.length).fault().asException();
                    }
                }
                case "id" -> responseId = text(p);
                case "model" -> model = text(p);
                case "service_tier" -> serviceTier = text(p);
                default -> {}
            }
            p.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser p) {
        return p.currentToken() == JsonToken.VALUE_STRING ? p.getString() : null;
    }

    private Answer answer(byte[] body) {
        if (usage == UsageReport.NONE && scan.choiceUsage != null) {
            usage = scan.choiceUsage;
        }
        int searches = scan.citations ? 1 : 0;
        return new Answer(
                body,
                new Answer.Facts(
                        ChatStreamReader.withSearches(usage, searches),
                        List.copyOf(finishReasons),
                        scan.contentBytes,
                        model,
                        serviceTier,
                        responseId,
                        searches));
    }

    static FaultException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
