package dev.sluice.protocol.openai;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads an answer with embeddings and gives it the encoding the client asked for.
///
/// Clients decode base64 whatever comes, so a provider that ignores `encoding_format` would fill
/// them with garbage; only vectors in the wrong encoding are replaced, all other bytes stay.
final class EmbeddingsResponse {

    private static final JsonFactory JSON = new JsonFactory();

    private final boolean base64;
    private final PointEdits edits;
    private UsageReport usage = UsageReport.NONE;
    private boolean hasData;
    private @Nullable String model;
    private @Nullable String responseId;

    private EmbeddingsResponse(byte[] body, boolean base64) {
        this.base64 = base64;
        this.edits = new PointEdits(body);
    }

    /// Reads one answer.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error` for what is no answer of this kind
    static Answer read(byte[] body, boolean base64) {
        EmbeddingsResponse response = new EmbeddingsResponse(body, base64);
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw ChatResponse.malformed();
            }
            response.members(p, body);
            if (p.nextToken() != null || !response.hasData) {
                throw ChatResponse.malformed();
            }
        } catch (JacksonException e) {
            throw ChatResponse.malformed();
        }
        return new Answer(
                response.edits.apply(),
                new Answer.Facts(
                        response.usage,
                        List.of(),
                        0,
                        response.model,
                        null,
                        response.responseId,
                        0));
    }

    private void members(JsonParser p, byte[] body) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "data" -> {
                    if (token == JsonToken.START_ARRAY) {
                        hasData = true;
                        data(p);
                    }
                }
                case "usage" -> usage = ChatUsage.read(p, false);
                case "error" -> {
                    if (token != JsonToken.VALUE_NULL) {
                        throw UpstreamFaults.inStream(body, 0, body.length).fault().asException();
                    }
                }
                case "model" -> model = text(p);
                case "id" -> responseId = text(p);
                default -> {}
            }
            p.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser p) {
        return p.currentToken() == JsonToken.VALUE_STRING ? p.getString() : null;
    }

    private void data(JsonParser p) {
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (p.currentToken() != JsonToken.START_OBJECT) {
                throw ChatResponse.malformed();
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                p.nextToken();
                if (name.equals("embedding")) {
                    embedding(p);
                } else {
                    p.skipChildren();
                }
            }
        }
    }

    private void embedding(JsonParser p) {
        int from = (int) p.currentTokenLocation().getByteOffset();
        if (p.currentToken() == JsonToken.START_ARRAY) {
            if (base64) {
                String encoded = encode(p);
                edits.replace(new Span(from, end(p)), '"' + encoded + '"');
            } else {
                p.skipChildren();
            }
        } else if (p.currentToken() == JsonToken.VALUE_STRING) {
            if (!base64) {
                String decoded = decode(p.getString());
                edits.replace(new Span(from, end(p)), decoded);
            }
        } else {
            throw ChatResponse.malformed();
        }
    }

    private static int end(JsonParser p) {
        return (int) p.currentLocation().getByteOffset();
    }

    private static String encode(JsonParser p) {
        ByteBuffer vector = ByteBuffer.allocate(4 * 1536).order(ByteOrder.LITTLE_ENDIAN);
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (!p.currentToken().isNumeric()) {
                throw ChatResponse.malformed();
            }
            if (vector.remaining() < 4) {
                vector =
                        ByteBuffer.wrap(Arrays.copyOf(vector.array(), vector.capacity() * 2))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .position(vector.position());
            }
            // From the text: by way of a wider type it would be rounded twice.
            vector.putFloat(Float.parseFloat(p.getString()));
        }
        byte[] bytes = Arrays.copyOf(vector.array(), vector.position());
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String decode(String encoded) {
        ByteBuffer vector;
        try {
            vector = ByteBuffer.wrap(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            throw ChatResponse.malformed();
        }
        if (vector.remaining() % 4 != 0) {
            throw ChatResponse.malformed();
        }
        vector.order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder json = new StringBuilder(vector.remaining() * 3).append('[');
        while (vector.hasRemaining()) {
            float value = vector.getFloat();
            if (!Float.isFinite(value)) {
                throw ChatResponse.malformed();
            }
            json.append(json.length() == 1 ? "" : ",").append(value);
        }
        return json.append(']').toString();
    }
}
