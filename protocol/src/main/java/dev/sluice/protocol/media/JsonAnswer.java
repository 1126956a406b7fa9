package dev.sluice.protocol.media;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// What is of interest of a JSON document of a provider: a few small members as trees, and how long
/// its lists are. Pictures and vectors are passed over unread.
final class JsonAnswer {

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, JsonNode> members = new HashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();

    private boolean failed;

    private JsonAnswer() {}

    /// Reads a document.
    ///
    /// @param wanted members to keep; lists among the others are counted
    /// @throws FaultException `upstream_error` for what is no object, the provider's own fault for
    ///     one with an `error`
    static JsonAnswer read(byte[] body, Set<String> wanted) {
        return read(body, 0, body.length, wanted);
    }

    static JsonAnswer read(byte[] body, int offset, int length, Set<String> wanted) {
        JsonAnswer answer = new JsonAnswer();
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body, offset, length)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                answer.member(p, name, body, offset, wanted);
            }
            if (answer.failed) {
                throw UpstreamFaults.inStream(body, offset, length).fault().asException();
            }
            if (p.nextToken() != null) {
                throw malformed();
            }
            return answer;
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    private void member(JsonParser p, String name, byte[] body, int offset, Set<String> wanted) {
        JsonToken token = p.nextToken();
        if (name.equals("error") && token != JsonToken.VALUE_NULL) {
            failed = true;
            p.skipChildren();
        } else if (wanted.contains(name)) {
            int from = (int) p.currentTokenLocation().getByteOffset();
            if (token.isStructStart()) {
                p.skipChildren();
            } else {
                p.finishToken();
            }
            Span span = new Span(from, (int) p.currentLocation().getByteOffset());
            members.put(name, Trees.read(body, offset + span.from(), span.length()));
        } else if (token == JsonToken.START_ARRAY) {
            int count = 0;
            while (p.nextToken() != JsonToken.END_ARRAY) {
                p.skipChildren();
                count++;
            }
            lengths.put(name, count);
        } else {
            p.skipChildren();
        }
    }

    /// A member that was wanted; null where it is absent.
    @Nullable JsonNode member(String name) {
        JsonNode value = members.get(name);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable String text(String name) {
        JsonNode value = members.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    /// How long a list is.
    ///
    /// @throws FaultException `upstream_error` where there is none
    int length(String name) {
        Integer length = lengths.get(name);
        if (length == null) {
            throw malformed();
        }
        return length;
    }

    /// The members among these that are texts.
    Map<String, String> texts(String... names) {
        Map<String, String> texts = new HashMap<>();
        for (String name : names) {
            String text = text(name);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    static FaultException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
