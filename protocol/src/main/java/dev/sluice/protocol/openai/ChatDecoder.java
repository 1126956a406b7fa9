package dev.sluice.protocol.openai;

import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.EndUser;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The one pass over a chat request's members.
final class ChatDecoder {

    private static final int MAX_ROUNDS = 10_000;

    private final byte[] body;
    private final MessageScan messages;
    private final Set<String> modalities = new LinkedHashSet<>();

    private int afterBrace;
    private @Nullable String model;
    private @Nullable Span modelAt;
    private boolean messagesSeen;
    private boolean stream;
    private boolean includeUsage;
    private @Nullable Span includeUsageAt;
    private @Nullable Span streamOptionsAt;
    private boolean streamOptionsNull;
    private boolean streamOptionsEmpty;
    private @Nullable Span maxTokensAt;
    private @Nullable Span maxCompletionTokensAt;
    private long outputLimit;
    private int choices = 1;
    private @Nullable String serviceTier;
    private boolean tools;
    private int serverToolRounds;
    private final EndUser endUser = new EndUser();
    private @Nullable Boolean costAsked;

    ChatDecoder(byte[] body) {
        this.body = body;
        this.messages = new MessageScan(body);
    }

    ChatRequest decode(JsonParser p) {
        afterBrace = (int) p.currentTokenLocation().getByteOffset() + 1;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            member(p, name);
        }
        if (model == null || modelAt == null) {
            throw Fields.missing("model");
        }
        if (!messagesSeen) {
            throw Fields.missing("messages");
        }
        ChatRequest.Places places =
                new ChatRequest.Places(
                        afterBrace,
                        modelAt,
                        maxTokensAt,
                        maxCompletionTokensAt,
                        streamOptionsAt,
                        streamOptionsNull,
                        streamOptionsEmpty,
                        includeUsageAt);
        return new ChatRequest(body, facts(model), places, includeUsage);
    }

    /// Whether the client asks what the call costs; null when it says nothing of it.
    @Nullable Boolean costAsked() {
        return costAsked;
    }

    private void member(JsonParser p, String name) {
        switch (name) {
            case "model" -> {
                model = Fields.model(p);
                modelAt = Fields.span(p);
            }
            case "messages" -> {
                messages.read(p);
                messagesSeen = true;
            }
            case "stream" -> stream = Fields.flag(p, name);
            case "stream_options" -> streamOptions(p);
            case "max_tokens" -> {
                limit(Fields.whole(p, name, 1, Integer.MAX_VALUE));
                maxTokensAt = Fields.span(p);
            }
            case "max_completion_tokens" -> {
                limit(Fields.whole(p, name, 1, Integer.MAX_VALUE));
                maxCompletionTokensAt = Fields.span(p);
            }
            case "n" -> choices = (int) Math.max(1, Fields.whole(p, name, 1, 128));
            case "service_tier" -> serviceTier = Fields.text(p, name, 64);
            case "modalities" -> modalities(p);
            case "tools" -> tools(p);
            case "functions" -> functions(p);
            case "web_search_options" -> {
                if (Fields.opens(p, START_OBJECT, name)) {
                    serverTool(OpenAiChat.SEARCH_ROUNDS);
                    p.skipChildren();
                }
            }
            // What compatible servers call their own searches.
            case "search_parameters", "plugins" -> {
                if (p.currentToken() != VALUE_NULL) {
                    serverTool(OpenAiChat.UNSTATED_ROUNDS);
                    p.skipChildren();
                }
            }
            case "enable_search" -> {
                if (Fields.flag(p, name)) {
                    serverTool(OpenAiChat.SEARCH_ROUNDS);
                }
            }
            case "metadata" -> endUser.metadata(p);
            case "safety_identifier" -> endUser.safetyIdentifier(p);
            case "user" -> endUser.user(p);
            case CostQuestion.MEMBER -> costAsked = CostQuestion.read(p);
            default -> p.skipChildren();
        }
    }

    /// With both names sent, the larger one bounds the answer whichever the target obeys.
    private void limit(long limit) {
        outputLimit = Math.max(outputLimit, limit);
    }

    private void serverTool(int rounds) {
        tools = true;
        serverToolRounds = Math.min(MAX_ROUNDS, serverToolRounds + rounds);
    }

    private void streamOptions(JsonParser p) {
        int from = (int) p.currentTokenLocation().getByteOffset();
        if (!Fields.opens(p, START_OBJECT, "stream_options")) {
            streamOptionsNull = true;
            streamOptionsAt = Fields.span(p);
            return;
        }
        streamOptionsEmpty = true;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            streamOptionsEmpty = false;
            p.nextToken();
            if (name.equals("include_usage")) {
                includeUsage = Fields.flag(p, "stream_options.include_usage");
                includeUsageAt = Fields.span(p);
            } else {
                p.skipChildren();
            }
        }
        streamOptionsAt = new Span(from, (int) p.currentLocation().getByteOffset());
    }

    private void modalities(JsonParser p) {
        if (!Fields.opens(p, START_ARRAY, "modalities")) {
            return;
        }
        for (int i = 0; p.nextToken() != JsonToken.END_ARRAY; i++) {
            String modality = Fields.text(p, "modalities[" + i + "]", 32);
            if (modality == null || i >= 16) {
                throw Fields.wrong("modalities", "a list of up to 16 names");
            }
            modalities.add(modality);
        }
    }

    private void functions(JsonParser p) {
        if (Fields.opens(p, START_ARRAY, "functions")) {
            for (int i = 0; p.nextToken() != JsonToken.END_ARRAY; i++) {
                tools = true;
                if (p.currentToken() != START_OBJECT) {
                    throw Fields.wrong("functions[" + i + "]", "an object");
                }
                p.skipChildren();
            }
        }
    }

    private void tools(JsonParser p) {
        if (Fields.opens(p, START_ARRAY, "tools")) {
            for (int i = 0; p.nextToken() != JsonToken.END_ARRAY; i++) {
                String at = "tools[" + i + "]";
                if (p.currentToken() != START_OBJECT) {
                    throw Fields.wrong(at, "an object");
                }
                tool(p, at);
            }
        }
    }

    /// `function` and `custom` tools run at the client; every other type is the provider's own.
    private void tool(JsonParser p, String at) {
        String type = null;
        long uses = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "type" -> {
                    if (p.currentToken() != VALUE_STRING) {
                        throw Fields.wrong(at + ".type", "a string");
                    }
                    type = p.getString();
                }
                case "max_uses" -> uses = Fields.whole(p, at + ".max_uses", 1, MAX_ROUNDS);
                default -> p.skipChildren();
            }
        }
        if (type == null) {
            throw Fields.missing(at + ".type");
        }
        tools = true;
        if (!type.equals("function") && !type.equals("custom")) {
            serverTool(uses > 0 ? (int) uses : OpenAiChat.UNSTATED_ROUNDS);
        }
    }

    private CallFacts facts(String name) {
        if (modalities.isEmpty()) {
            modalities.add("text");
        }
        return new CallFacts(
                name,
                OpenAiChat.FAMILY,
                actions(),
                stream,
                body.length - messages.mediaBytes(),
                messages.images(),
                messages.otherMedia(),
                messages.unseen(),
                serverToolRounds,
                outputLimit > 0 ? OptionalLong.of(outputLimit) : OptionalLong.empty(),
                choices,
                serviceTier,
                Set.copyOf(modalities),
                endUser.name(),
                false);
    }

    /// The actions a grant must allow: media count as their kind whether they go in or come out.
    private Set<String> actions() {
        Set<String> actions = new LinkedHashSet<>();
        actions.add("chat");
        if (stream) {
            actions.add("streaming");
        }
        if (tools) {
            actions.add("tools");
        }
        if (messages.images() > 0 || modalities.contains("image")) {
            actions.add("images");
        }
        if (messages.audio() > 0 || modalities.contains("audio")) {
            actions.add("audio");
        }
        if (messages.videos() > 0 || modalities.contains("video")) {
            actions.add("video");
        }
        return Set.copyOf(actions);
    }
}
