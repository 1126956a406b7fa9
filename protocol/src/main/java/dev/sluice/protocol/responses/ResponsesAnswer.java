package dev.sluice.protocol.responses;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a complete response; its bytes go to the client as they are.
final class ResponsesAnswer {

    private ResponsesAnswer() {}

    /// Reads one answer.
    ///
    /// @throws FaultException `upstream_error` for what is no response, or the classified fault of
    ///     one that failed
    static Answer read(byte[] body) {
        JsonNode response;
        try {
            response = Trees.read(body);
        } catch (JacksonException e) {
            throw malformed();
        }
        if (Trees.present(response, "error") != null || isFailed(response)) {
            throw failure(response).fault().asException();
        }
        JsonNode output = response.path("output");
        if (!output.isArray()) {
            throw malformed();
        }
        int searches = 0;
        long contentBytes = 0;
        for (JsonNode item : output) {
            searches += isSearch(item) ? 1 : 0;
            contentBytes += contentBytes(item);
        }
        String finish = finish(response);
        return new Answer(
                body,
                new Answer.Facts(
                        ResponsesUsage.read(response.path("usage"), searches),
                        finish == null ? List.of() : List.of(finish),
                        contentBytes,
                        Trees.string(response, "model"),
                        Trees.string(response, "service_tier"),
                        Trees.string(response, "id"),
                        searches));
    }

    static boolean isFailed(JsonNode response) {
        String status = Trees.stringOrEmpty(response, "status");
        return status.equals("failed") || status.equals("cancelled");
    }

    /// The error that a response or an event tells, as any other error within a stream.
    static UpstreamFaults.Classified failure(JsonNode told) {
        ObjectNode wrapped = Trees.object();
        JsonNode error = told.path("error");
        // One kind of event has the members of the error itself.
        wrapped.set("error", error.isObject() ? error : told);
        byte[] bytes = Trees.bytes(wrapped);
        return UpstreamFaults.inStream(bytes, 0, bytes.length);
    }

    /// Why it ended: the reason of an incomplete one, else its status.
    static @Nullable String finish(JsonNode response) {
        String reason = Trees.string(response.path("incomplete_details"), "reason");
        return reason != null ? reason : Trees.string(response, "status");
    }

    /// Searches are charged one by one; opening or reading a page that was found is not.
    static boolean isSearch(JsonNode item) {
        String action = Trees.stringOrEmpty(item.path("action"), "type");
        return Trees.stringOrEmpty(item, "type").equals("web_search_call")
                && (action.isEmpty() || action.equals("search"));
    }

    private static long contentBytes(JsonNode item) {
        long bytes = bytes(item, "name") + bytes(item, "arguments") + bytes(item, "input");
        for (String parts : List.of("content", "summary")) {
            for (JsonNode part : item.path(parts)) {
                bytes += bytes(part, "text") + bytes(part, "refusal");
            }
        }
        return bytes;
    }

    private static long bytes(JsonNode parent, String name) {
        return Trees.stringOrEmpty(parent, name).getBytes(StandardCharsets.UTF_8).length;
    }

    private static FaultException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
