package dev.sluice.protocol.gemini;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The one pass over an addressed request's members.
final class GeminiDecoder {

    private static final int MOST_CANDIDATES = 8;

    private final byte[] body;
    private final PartScan parts = new PartScan();
    private final Set<String> modalities = new LinkedHashSet<>();
    private @Nullable String model;
    private boolean contentsSeen;
    private boolean stream;
    private boolean tools;
    private int serverToolRounds;
    private int candidates = 1;
    private long outputLimit;
    private @Nullable String serviceTier;
    private @Nullable Span addressedUntil;
    private @Nullable Span configAt;
    private boolean configEmpty;
    private @Nullable Span limitAt;

    GeminiDecoder(byte[] body) {
        this.body = body;
    }

    GeminiRequest request(JsonParser p) {
        int afterBrace = (int) p.currentTokenLocation().getByteOffset() + 1;
        members(p, true);
        if (model == null) {
            throw Fields.missing("model");
        }
        if (!contentsSeen) {
            throw Fields.missing("contents");
        }
        return new GeminiRequest(
                body,
                facts(model),
                new GeminiRequest.Places(
                        afterBrace,
                        addressedUntil,
                        configAt,
                        configEmpty,
                        limitAt,
                        parts.foreignSeals()));
    }

    private void members(JsonParser p, boolean outer) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            member(p, Spelling.camel(name), outer);
        }
    }

    private void member(JsonParser p, String name, boolean outer) {
        switch (name) {
            case "model" -> {
                if (outer) {
                    model = Fields.model(p);
                }
            }
            case "stream" -> {
                if (outer) {
                    stream = Fields.flag(p, name);
                    addressedUntil = Fields.span(p);
                }
            }
            case "contents" -> {
                parts.contents(p);
                contentsSeen = true;
            }
            case "systemInstruction" -> parts.content(p, name);
            case "tools" -> Repeated.messages(p, name, this::tool);
            case "generationConfig" -> generationConfig(p);
            case "serviceTier" -> serviceTier = Fields.text(p, name, 64);
            // A prompt that the provider keeps.
            case "cachedContent" -> {
                if (p.currentToken() != VALUE_NULL) {
                    parts.sawUnseen();
                }
                p.skipChildren();
            }
            // A count may be asked with the whole request that is to be counted.
            case "generateContentRequest" -> {
                if (Fields.opens(p, START_OBJECT, name)) {
                    members(p, false);
                }
            }
            default -> p.skipChildren();
        }
    }

    private void tool(JsonParser p, String path) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            boolean clients = Spelling.camel(name).equals("functionDeclarations");
            tools = true;
            if (!clients && p.currentToken() != VALUE_NULL) {
                serverToolRounds += GeminiContent.UNSTATED_ROUNDS;
            }
            p.skipChildren();
        }
    }

    private void generationConfig(JsonParser p) {
        if (!Fields.opens(p, START_OBJECT, "generationConfig")) {
            return;
        }
        int from = (int) p.currentTokenLocation().getByteOffset();
        configEmpty = true;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            configEmpty = false;
            switch (Spelling.camel(name)) {
                case "maxOutputTokens" -> {
                    outputLimit =
                            Fields.whole(
                                    p, "generationConfig.maxOutputTokens", 1, Integer.MAX_VALUE);
                    limitAt = Fields.span(p);
                }
                case "candidateCount" ->
                        candidates =
                                (int)
                                        Math.max(
                                                1,
                                                Fields.whole(
                                                        p,
                                                        "generationConfig.candidateCount",
                                                        1,
                                                        MOST_CANDIDATES));
                case "responseModalities" -> modalities(p);
                default -> p.skipChildren();
            }
        }
        configAt = new Span(from, (int) p.currentLocation().getByteOffset());
    }

    private void modalities(JsonParser p) {
        String at = "generationConfig.responseModalities";
        if (p.currentToken() != START_ARRAY) {
            modality(Fields.text(p, at, 32));
            return;
        }
        while (p.nextToken() != END_ARRAY) {
            modality(Fields.text(p, at, 32));
        }
    }

    private void modality(@Nullable String named) {
        if (named != null) {
            modalities.add(named.toLowerCase(Locale.ROOT));
        }
    }

    private CallFacts facts(String name) {
        return new CallFacts(
                name,
                GeminiContent.FAMILY,
                actions(),
                stream,
                body.length - parts.mediaBytes(),
                parts.images(),
                parts.otherMedia(),
                parts.unseen(),
                serverToolRounds,
                outputLimit > 0 ? OptionalLong.of(outputLimit) : OptionalLong.empty(),
                candidates,
                serviceTier,
                modalities.isEmpty() ? Set.of("text") : Set.copyOf(modalities),
                null,
                false);
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
        if (parts.images() > 0) {
            actions.add("images");
        }
        return Set.copyOf(actions);
    }
}
