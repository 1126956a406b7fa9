package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import java.util.List;

/// What the listener serves beside the management plane's own routes. The shapes name what Sluice
/// itself reads and writes; everything else of a dialect passes through.
final class DataPlaneRoutes {

    private static final Shape CHAT =
            Shape.object("ChatCompletionRequest")
                    .text("model", "a public name")
                    .any("messages", "list of {role, content}")
                    .flag("stream", "server-sent events instead of one answer")
                    .whole("max_completion_tokens", "the output limit")
                    .whole("n", "how many choices")
                    .any("tools", "as the dialect has them")
                    .any("stream_options", "as the dialect has them")
                    .require("model", "messages")
                    .others();
    private static final Shape USAGE =
            Shape.object("TokenUsage")
                    .whole("prompt_tokens", "of the input")
                    .whole("completion_tokens", "of the output")
                    .whole("total_tokens", "of both")
                    .optional("completion_tokens")
                    .others();
    private static final Shape CHOICE =
            Shape.object("ChatChoice")
                    .whole("index", "from 0")
                    .any("message", "{role, content, tool_calls}")
                    .text("finish_reason", "why the model stopped")
                    .others();
    private static final Shape COMPLETION =
            Shape.object("ChatCompletion")
                    .text("id", "the provider's")
                    .text("object", "`chat.completion`")
                    .whole("created", "seconds since 1970")
                    .text("model", "the upstream's name of it")
                    .listOf("choices", CHOICE, "the answers")
                    .nested("usage", USAGE, "what the provider counted")
                    .others();
    private static final Shape MESSAGES =
            Shape.object("MessagesRequest")
                    .text("model", "a public name")
                    .any("messages", "list of {role, content}")
                    .any("system", "a text or blocks")
                    .flag("stream", "server-sent events instead of one answer")
                    .whole("max_tokens", "the output limit")
                    .any("tools", "as the dialect has them")
                    .require("model", "messages")
                    .others();
    private static final Shape MESSAGES_USAGE =
            Shape.object("MessagesUsage")
                    .whole("input_tokens", "of the input, without what a cache served or took")
                    .whole("output_tokens", "of the output")
                    .others();
    private static final Shape MESSAGE =
            Shape.object("Message")
                    .text("id", "the provider's")
                    .text("type", "`message`")
                    .text("role", "`assistant`")
                    .text("model", "the upstream's name of it")
                    .any("content", "list of blocks")
                    .text("stop_reason", "why the model stopped")
                    .nested("usage", MESSAGES_USAGE, "what the provider counted")
                    .others();
    private static final Shape TOKEN_COUNT =
            Shape.object("TokenCount")
                    .whole("input_tokens", "estimated")
                    .require("input_tokens")
                    .others();
    private static final Shape RESPONSE_REQUEST =
            Shape.object("ResponseRequest")
                    .text("model", "a public name")
                    .any("input", "a text, or items")
                    .text("instructions", "what the model is told first")
                    .flag("stream", "server-sent events instead of one answer")
                    .flag("store", "keep the answer, so that it can be gone on from; usual")
                    .text("previous_response_id", "a kept response to go on from")
                    .whole("max_output_tokens", "the output limit")
                    .any("tools", "as the dialect has them")
                    .require("model", "input")
                    .others();
    private static final Shape RESPONSE_USAGE =
            Shape.object("ResponseUsage")
                    .whole("input_tokens", "of the input")
                    .whole("output_tokens", "of the output, reasoning included")
                    .whole("total_tokens", "of both")
                    .others();
    private static final Shape RESPONSE =
            Shape.object("Response")
                    .text("id", "the provider's, or made of it")
                    .text("object", "`response`")
                    .text("status", "`completed`, or `incomplete`")
                    .text("model", "the upstream's name of it")
                    .any("output", "items: messages, calls of tools, reasoning")
                    .nested("usage", RESPONSE_USAGE, "what the provider counted")
                    .others();
    private static final Shape RESPONSE_DELETED =
            Shape.object("ResponseDeleted")
                    .text("id", "of the response")
                    .text("object", "`response`")
                    .flag("deleted", "true");
    private static final Shape RESPONSE_ITEMS =
            Shape.object("ResponseItemList")
                    .text("object", "`list`")
                    .any("data", "items: messages, calls of tools and their results, reasoning")
                    .text("first_id", "of the first item")
                    .text("last_id", "of the last item")
                    .flag("has_more", "whether more follow `last_id`");
    private static final Shape EMBEDDING_REQUEST =
            Shape.object("EmbeddingRequest")
                    .text("model", "a public name")
                    .any("input", "a text, texts, tokens or lists of tokens")
                    .require("model", "input")
                    .others();
    private static final Shape VECTOR =
            Shape.object("Embedding")
                    .whole("index", "of the input")
                    .any("embedding", "numbers, or base64 where asked for")
                    .others();
    private static final Shape EMBEDDINGS =
            Shape.object("EmbeddingList")
                    .text("object", "`list`")
                    .text("model", "the upstream's name of it")
                    .listOf("data", VECTOR, "one for each input")
                    .nested("usage", USAGE, "what the provider counted")
                    .others();
    private static final Shape GENERATE =
            Shape.object("GenerateContentRequest")
                    .any("contents", "list of {role, parts}")
                    .any("generationConfig", "as the dialect has it")
                    .require("contents")
                    .others();
    private static final Shape GENERATED =
            Shape.object("GenerateContentResponse")
                    .any("candidates", "the answers")
                    .any("usageMetadata", "as the dialect has it")
                    .others();
    private static final Shape ENTRY =
            Shape.object("ModelEntry")
                    .text("id", "the public name")
                    .text("object", "`model`")
                    .whole("created", "seconds since 1970")
                    .text("owned_by", "who makes it")
                    .others();
    private static final Shape ENTRIES =
            Shape.object("ModelEntryList")
                    .text("object", "`list`")
                    .listOf("data", ENTRY, "what this key may call")
                    .others();
    private static final Shape EVENT =
            Shape.object("RealtimeEvent")
                    .text("type", "such as `response.done`; each message is one event")
                    .text("event_id", "as its sender numbers them")
                    .others();
    private static final Shape SECRET_REQUEST =
            Shape.object("ClientSecretRequest")
                    .any("expires_after", "`anchor` (`created_at`) and `seconds`, 10 to 7,200")
                    .any("session", "how sessions that it opens are set")
                    .others();
    private static final Shape SECRET =
            Shape.object("ClientSecret")
                    .text("value", "`ek_…`, to be given to a browser")
                    .whole("expires_at", "seconds since 1970")
                    .any("session", "how sessions that it opens are set")
                    .others();
    private static final Shape SECRET_SESSION =
            Shape.object("RealtimeSessionWithSecret")
                    .any("client_secret", "`value` and `expires_at`")
                    .others();
    private static final Shape READINESS =
            Shape.object("Readiness")
                    .flag("ready", "whether calls are served")
                    .texts("missing", "what is missing");

    static final List<Foreign> ALL =
            List.of(
                    streamed("/v1/chat/completions", "Chat completions", CHAT, COMPLETION),
                    streamed("/v1/responses", "Responses", RESPONSE_REQUEST, RESPONSE),
                    Foreign.get(
                            "/v1/responses/{response_id}",
                            kept("A response that is kept for this key", RESPONSE)),
                    Foreign.delete(
                            "/v1/responses/{response_id}",
                            kept("Forget a response", RESPONSE_DELETED)),
                    Foreign.get(
                            "/v1/responses/{response_id}/input_items",
                            kept("What a kept response was asked", RESPONSE_ITEMS)),
                    asked("/v1/embeddings", "Embeddings", EMBEDDING_REQUEST, EMBEDDINGS),
                    asked(
                            "/v1/responses/input_tokens",
                            "Count the input of a response; costs nothing",
                            RESPONSE_REQUEST,
                            TOKEN_COUNT),
                    streamed("/v1/messages", "Messages, as Anthropic has them", MESSAGES, MESSAGE),
                    asked(
                            "/v1/messages/count_tokens",
                            "Count the input of a message; costs nothing",
                            MESSAGES,
                            TOKEN_COUNT),
                    asked(
                            "/v1beta/models/{model}:generateContent",
                            "Content, as Gemini has it",
                            GENERATE,
                            GENERATED),
                    Foreign.get(
                            "/v1/realtime",
                            model("A realtime session, over a WebSocket")
                                    .query("model", "a public name")
                                    .answers(101, EVENT)
                                    .fails(426)),
                    asked(
                            "/v1/realtime/client_secrets",
                            "A short-lived secret that opens sessions",
                            SECRET_REQUEST,
                            SECRET),
                    asked(
                            "/v1/realtime/sessions",
                            "The same in the beta's words",
                            SECRET_SESSION,
                            SECRET_SESSION),
                    asked(
                            "/v1/realtime/transcription_sessions",
                            "The same for sessions that transcribe",
                            SECRET_SESSION,
                            SECRET_SESSION),
                    Foreign.get(
                            "/v1/models", model("Models this key may call").answers(200, ENTRIES)),
                    Foreign.get("/v1/models/{model}", model("One model").answers(200, ENTRY)),
                    Foreign.open(
                            "/livez",
                            process("Liveness; depends on nothing").answersType("text/plain")),
                    Foreign.open(
                            "/readyz",
                            process("Readiness; names what is missing")
                                    .answers(200, READINESS)
                                    .fails(503)),
                    Foreign.open(
                            "/metrics",
                            process("Prometheus metrics").answersType("text/plain").fails(403)));

    private DataPlaneRoutes() {}

    private static Foreign asked(String path, String summary, Shape takes, Shape answers) {
        return Foreign.post(path, model(summary).takes(takes).answers(200, answers));
    }

    /// As [#asked], where the answer may also come as events.
    private static Foreign streamed(String path, String summary, Shape takes, Shape answers) {
        return Foreign.post(
                path,
                model(summary).takes(takes).answers(200, answers).answersType("text/event-stream"));
    }

    private static RouteDoc kept(String summary, Shape answers) {
        return model(summary).answers(200, answers).fails(404);
    }

    private static RouteDoc model(String summary) {
        return RouteDoc.of("models", summary);
    }

    private static RouteDoc process(String summary) {
        return RouteDoc.of("process", summary);
    }
}
