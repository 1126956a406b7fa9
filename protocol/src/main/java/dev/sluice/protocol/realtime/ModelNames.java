package dev.sluice.protocol.realtime;

import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The name of the model in the events of a session: every other byte stays.
public final class ModelNames {

    private static final String OF_SESSION = "/session/model";
    private static final JsonFactory JSON = new JsonFactory();

    private ModelNames() {}

    /// An event of good JSON, with another name where it names the session's model.
    public static byte[] ofSession(byte[] event, String name) {
        PointEdits edits = new PointEdits(event);
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), event)) {
            for (JsonToken token = p.nextToken(); token != null; token = p.nextToken()) {
                if (token == JsonToken.VALUE_STRING
                        && "model".equals(p.currentName())
                        && p.streamReadContext().pathAsPointer().toString().equals(OF_SESSION)) {
                    int from = (int) p.currentTokenLocation().getByteOffset();
                    p.finishToken();
                    int to = (int) p.currentLocation().getByteOffset();
                    edits.replace(new Span(from, to), PointEdits.quote(name));
                }
            }
        }
        return edits.apply();
    }
}
