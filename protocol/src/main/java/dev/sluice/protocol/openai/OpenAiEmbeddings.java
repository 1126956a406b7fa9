package dev.sluice.protocol.openai;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_NUMBER_INT;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.json.StrictJson;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// `POST /v1/embeddings`: what its requests mean.
public final class OpenAiEmbeddings {

    public static final String FAMILY = "embeddings";

    private static final String INPUT_FORMS =
            "a string, an array of strings, an array of tokens or an array of token arrays";

    private final byte[] body;
    private @Nullable String model;
    private @Nullable Span modelAt;
    private int inputs;
    private boolean base64;
    private @Nullable String user;
    private @Nullable Boolean costAsked;

    private OpenAiEmbeddings(byte[] body) {
        this.body = body;
    }

    /// Reads a request in one pass.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static EmbeddingsRequest decode(byte[] body) {
        return decode(body, StrictJson.withDefaults());
    }

    public static EmbeddingsRequest decode(byte[] body, StrictJson json) {
        return json.read(
                body,
                parser -> {
                    OpenAiEmbeddings decoder = new OpenAiEmbeddings(body);
                    EmbeddingsRequest request = decoder.request(parser);
                    Boolean costAsked = decoder.costAsked;
                    return costAsked == null
                            ? request
                            : decode(CostQuestion.without(body), json).askedForCost(costAsked);
                });
    }

    private EmbeddingsRequest request(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            member(p, name);
        }
        if (model == null || modelAt == null) {
            throw Fields.missing("model");
        }
        if (inputs == 0) {
            throw Fields.missing("input");
        }
        return new EmbeddingsRequest(body, facts(model), modelAt, inputs, base64);
    }

    private CallFacts facts(String name) {
        return new CallFacts(
                name,
                FAMILY,
                Set.of("embeddings"),
                false,
                body.length,
                0,
                0,
                false,
                0,
                // Nothing is generated: a bound of zero, whatever the catalogue says of the model.
                OptionalLong.of(0),
                1,
                null,
                Set.of(),
                user,
                false);
    }

    private void member(JsonParser p, String name) {
        switch (name) {
            case "model" -> {
                model = Fields.model(p);
                modelAt = Fields.span(p);
            }
            case "input" -> input(p);
            case "encoding_format" -> encodingFormat(p);
            case "dimensions" -> Fields.whole(p, name, 1, 1_000_000);
            case "user" -> user = Fields.text(p, name, Fields.MAX_NAME);
            case CostQuestion.MEMBER -> costAsked = CostQuestion.read(p);
            default -> p.skipChildren();
        }
    }

    private void encodingFormat(JsonParser p) {
        if (p.currentToken() == VALUE_NULL) {
            return;
        }
        String format = p.currentToken() == VALUE_STRING ? p.getString() : "";
        base64 =
                switch (format) {
                    case "base64" -> true;
                    case "float" -> false;
                    default -> throw Fields.wrong("encoding_format", "`float` or `base64`");
                };
    }

    private void input(JsonParser p) {
        if (p.currentToken() == VALUE_STRING) {
            inputs = 1;
            return;
        }
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong("input", INPUT_FORMS);
        }
        int count = 0;
        boolean tokens = false;
        Object first = null;
        while (p.nextToken() != END_ARRAY) {
            Object kind = p.currentToken();
            first = first == null ? kind : first;
            if (kind != first
                    || (kind != VALUE_STRING && kind != VALUE_NUMBER_INT && kind != START_ARRAY)) {
                throw Fields.wrong(
                        "input[" + count + "]", "of the same kind as the rest: " + INPUT_FORMS);
            }
            if (kind == START_ARRAY) {
                tokens(p, "input[" + count + "]");
            } else if (kind == VALUE_NUMBER_INT) {
                tokens = true;
                Fields.whole(p, "input[" + count + "]", 0, Integer.MAX_VALUE);
            }
            count++;
        }
        if (count == 0) {
            throw Fields.wrong("input", "not empty");
        }
        inputs = tokens ? 1 : count;
    }

    private static void tokens(JsonParser p, String at) {
        int count = 0;
        while (p.nextToken() != END_ARRAY) {
            if (p.currentToken() != VALUE_NUMBER_INT) {
                throw Fields.wrong(at + "[" + count + "]", "an integer");
            }
            Fields.whole(p, at + "[" + count + "]", 0, Integer.MAX_VALUE);
            count++;
        }
        if (count == 0) {
            throw Fields.wrong(at, "not empty");
        }
    }
}
