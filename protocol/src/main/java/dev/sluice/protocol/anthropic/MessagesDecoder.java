package dev.sluice.protocol.anthropic;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The one pass over a request's members.
final class MessagesDecoder {

    private static final int MAX_ROUNDS = 10_000;

    private final byte[] body;
    private final BlockScan blocks = new BlockScan();
    private @Nullable String model;
    private @Nullable Span modelAt;
    private @Nullable Span maxTokensAt;
    private @Nullable Span thinkingAt;
    private long thinkingBudget;
    private long outputLimit;
    private boolean messagesSeen;
    private boolean stream;
    private boolean tools;
    private int serverToolRounds;
    private @Nullable String serviceTier;
    private @Nullable String userId;

    MessagesDecoder(byte[] body) {
        this.body = body;
    }

    MessagesRequest request(JsonParser p) {
        CallFacts facts = counted(p);
        if (modelAt == null || maxTokensAt == null) {
            throw Fields.missing("max_tokens");
        }
        return new MessagesRequest(
                body,
                facts,
                new MessagesRequest.Places(
                        modelAt,
                        maxTokensAt,
                        thinkingAt,
                        thinkingBudget,
                        blocks.foreignThinking()));
    }

    CallFacts counted(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            member(p, name);
        }
        if (model == null) {
            throw Fields.missing("model");
        }
        if (!messagesSeen) {
            throw Fields.missing("messages");
        }
        return facts(model);
    }

    private void member(JsonParser p, String name) {
        switch (name) {
            case "model" -> {
                model = Fields.model(p);
                modelAt = Fields.span(p);
            }
            case "max_tokens" -> {
                if (p.currentToken() != VALUE_NULL) {
                    outputLimit = Fields.whole(p, name, 1, Integer.MAX_VALUE);
                    maxTokensAt = Fields.span(p);
                }
            }
            case "messages" -> {
                blocks.messages(p);
                messagesSeen = true;
            }
            case "system" -> blocks.content(p, "system");
            case "cache_control" -> blocks.cacheControl(p);
            case "stream" -> stream = Fields.flag(p, name);
            case "tools" -> tools(p);
            case "mcp_servers" -> mcpServers(p);
            // Files of an earlier call, which the model may look into.
            case "container" -> {
                if (p.currentToken() != VALUE_NULL) {
                    blocks.sawUnseen();
                }
                p.skipChildren();
            }
            case "thinking" -> thinking(p);
            case "service_tier" -> serviceTier = Fields.text(p, name, 64);
            case "speed" -> {
                String speed = Fields.text(p, name, 64);
                if (speed != null && !speed.equals("standard")) {
                    // Its surcharge is on no price list here, so that it could not be held.
                    throw Fields.wrong(name, "`standard`");
                }
            }
            case "metadata" -> metadata(p);
            case "thread", "fallbacks", "inference_geo" -> refused(p, name);
            default -> p.skipChildren();
        }
    }

    /// What would make a call cost what was not held for it.
    private static void refused(JsonParser p, String name) {
        if (p.currentToken() == VALUE_NULL) {
            return;
        }
        switch (name) {
            // The conversation would be with one account of a provider, where nobody counts it.
            // Anthropic's own tool runners try this first; the code tells them to go on without.
            case "thread" ->
                    throw Fault.invalid(
                                    "`thread` must be absent: send the whole conversation in"
                                            + " `messages`.",
                                    name)
                            .withDetail(Faults.ERROR_CODE, "thread_unsupported_request")
                            .asException();
            // Another model answers, at a price of its own. A model of the catalogue may have
            // several targets.
            case "fallbacks" -> throw Fields.wrong(name, "absent: the model's targets are tried");
            default -> {
                if (!"global".equals(Fields.text(p, name, 64))) {
                    // Its surcharge is on no price list here.
                    throw Fields.wrong(name, "`global`");
                }
            }
        }
    }

    private void thinking(JsonParser p) {
        int from = (int) p.currentTokenLocation().getByteOffset();
        if (!Fields.opens(p, START_OBJECT, "thinking")) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("budget_tokens")) {
                thinkingBudget = Fields.whole(p, "thinking.budget_tokens", 0, Integer.MAX_VALUE);
            } else {
                p.skipChildren();
            }
        }
        thinkingAt = new Span(from, (int) p.currentLocation().getByteOffset());
    }

    private void mcpServers(JsonParser p) {
        if (Fields.opens(p, START_ARRAY, "mcp_servers")) {
            while (p.nextToken() != END_ARRAY) {
                serverTool(AnthropicMessages.UNSTATED_ROUNDS);
                p.skipChildren();
            }
        }
    }

    private void tools(JsonParser p) {
        if (!Fields.opens(p, START_ARRAY, "tools")) {
            return;
        }
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            String at = "tools[" + i + "]";
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at, "an object");
            }
            tool(p, at);
        }
    }

    private void tool(JsonParser p, String at) {
        String type = "custom";
        long uses = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "type" -> {
                    String given = Fields.text(p, at + ".type", 128);
                    type = given == null ? type : given;
                }
                case "max_uses" -> uses = Fields.whole(p, at + ".max_uses", 1, MAX_ROUNDS);
                case "cache_control" -> blocks.cacheControl(p);
                default -> p.skipChildren();
            }
        }
        tools = true;
        if (!runsAtClient(type)) {
            serverTool(uses > 0 ? (int) uses : AnthropicMessages.UNSTATED_ROUNDS);
        }
    }

    /// Tools whose schema is the provider's but which the client runs; any other that is not the
    /// client's own may run at the provider.
    private static boolean runsAtClient(String type) {
        return type.equals("custom")
                || type.startsWith("bash_")
                || type.startsWith("text_editor_")
                || type.startsWith("computer_2")
                || type.startsWith("memory_");
    }

    private void serverTool(int rounds) {
        tools = true;
        serverToolRounds = Math.min(MAX_ROUNDS, serverToolRounds + rounds);
    }

    private void metadata(JsonParser p) {
        if (!Fields.opens(p, START_OBJECT, "metadata")) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("user_id") && p.currentToken() == VALUE_STRING) {
                userId = Fields.text(p, "metadata.user_id", Fields.MAX_NAME);
            } else {
                p.skipChildren();
            }
        }
    }

    private CallFacts facts(String name) {
        return new CallFacts(
                name,
                AnthropicMessages.FAMILY,
                actions(),
                stream,
                body.length - blocks.mediaBytes(),
                blocks.images(),
                blocks.documents(),
                blocks.unseen(),
                serverToolRounds,
                outputLimit > 0 ? OptionalLong.of(outputLimit) : OptionalLong.empty(),
                1,
                serviceTier,
                Set.of("text"),
                userId,
                blocks.hourCache());
    }

    private Set<String> actions() {
        Set<String> actions = new LinkedHashSet<>();
        actions.add("chat");
        if (stream) {
            actions.add("streaming");
        }
        if (tools) {
            actions.add("tools");
        }
        if (blocks.images() > 0) {
            actions.add("images");
        }
        return Set.copyOf(actions);
    }
}
