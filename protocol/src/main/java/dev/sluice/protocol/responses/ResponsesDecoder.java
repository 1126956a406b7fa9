package dev.sluice.protocol.responses;

import static tools.jackson.core.JsonToken.VALUE_NULL;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.protocol.EndUser;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.openai.MessageScan;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The one pass over a request's members.
final class ResponsesDecoder {

    private static final int MAX_ROUNDS = 10_000;
    private static final int MAX_ID = 256;

    private final byte[] body;
    private final MessageScan parts;
    private final ToolScan tools = new ToolScan();
    private final ItemScan items;
    private @Nullable String model;
    private @Nullable Span modelAt;
    private @Nullable Span limitAt;
    private long outputLimit;
    private boolean inputSeen;
    private boolean stream;
    private long mostToolCalls;
    private @Nullable String serviceTier;
    private final EndUser endUser = new EndUser();
    private @Nullable String previousResponseId;
    private boolean stores = true;

    ResponsesDecoder(byte[] body) {
        this.body = body;
        this.parts = new MessageScan(body);
        this.items = new ItemScan(parts, tools);
    }

    ResponsesRequest decode(JsonParser p) {
        int afterBrace = (int) p.currentTokenLocation().getByteOffset() + 1;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            member(p, name);
        }
        if (model == null || modelAt == null) {
            throw Fields.missing("model");
        }
        if (!inputSeen) {
            throw Fields.missing("input");
        }
        return new ResponsesRequest(
                body,
                facts(model),
                new ResponsesRequest.Places(afterBrace, modelAt, limitAt, items.foreignReasoning()),
                new ResponsesRequest.Keeping(stores, previousResponseId));
    }

    private void member(JsonParser p, String name) {
        switch (name) {
            case "model" -> {
                model = Fields.model(p);
                modelAt = Fields.span(p);
            }
            case "input" -> {
                items.input(p);
                inputSeen = true;
            }
            case "stream" -> stream = Fields.flag(p, name);
            case OpenAiResponses.LIMIT -> {
                outputLimit = Fields.whole(p, name, 1, Integer.MAX_VALUE);
                limitAt = Fields.span(p);
            }
            case "max_tool_calls" -> mostToolCalls = Fields.whole(p, name, 1, Integer.MAX_VALUE);
            case "tools" -> tools.ofRequest(p);
            case "service_tier" -> serviceTier = Fields.text(p, name, 64);
            case "metadata" -> endUser.metadata(p);
            case "safety_identifier" -> endUser.safetyIdentifier(p);
            case "user" -> endUser.user(p);
            case "previous_response_id" -> previousResponseId = Fields.text(p, name, MAX_ID);
            case "store" -> stores = p.currentToken() == VALUE_NULL || Fields.flag(p, name);
            case OpenAiResponses.KEEPING ->
                    throw Fault.invalid("`" + name + "` is no field of a request.", name)
                            .asException();
            case "conversation", "prompt" -> {
                if (p.currentToken() != VALUE_NULL) {
                    throw refused(name, "What a provider keeps cannot be referred to");
                }
            }
            case "background" -> {
                if (Fields.flag(p, name)) {
                    throw refused(name, "Responses are not made in the background");
                }
            }
            default -> p.skipChildren();
        }
    }

    private static RuntimeException refused(String param, String why) {
        return Fault.invalid(
                        why
                                + ": leave out `"
                                + param
                                + "`, and send the whole conversation in `input`.",
                        param)
                .asException();
    }

    private CallFacts facts(String name) {
        return new CallFacts(
                name,
                OpenAiResponses.FAMILY,
                actions(),
                stream,
                body.length - parts.mediaBytes(),
                parts.images(),
                parts.otherMedia(),
                parts.unseen() || items.unseen() || previousResponseId != null,
                rounds(),
                outputLimit > 0 ? OptionalLong.of(outputLimit) : OptionalLong.empty(),
                1,
                serviceTier,
                Set.of("text"),
                endUser.name(),
                false);
    }

    private int rounds() {
        long rounds = (long) tools.serverTools() * OpenAiResponses.UNSTATED_ROUNDS;
        if (rounds > 0 && mostToolCalls > 0) {
            rounds = mostToolCalls;
        }
        return (int) Math.min(MAX_ROUNDS, rounds);
    }

    private Set<String> actions() {
        Set<String> actions = new LinkedHashSet<>();
        actions.add("responses");
        if (stream) {
            actions.add("streaming");
        }
        if (tools.offered()) {
            actions.add("tools");
        }
        if (parts.images() > 0) {
            actions.add("images");
        }
        if (parts.audio() > 0) {
            actions.add("audio");
        }
        return Set.copyOf(actions);
    }
}
