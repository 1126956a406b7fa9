package dev.sluice.protocol.openai;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.PathText;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.json.StrictJson;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The other paths of OpenAI's API, which clients of its second host use: below
/// `/openai/deployments/{deployment}` with the model in the path, below `/openai/v1` with the model
/// in the body, and `/openai/realtime` with the model in the query. The query's `api-version` says
/// nothing here: all versions ask the same.
public final class DeploymentPaths {

    private static final String DEPLOYMENTS = "/openai/deployments/";
    private static final String NEWER = "/openai/v1/";

    /// Sessions, whose model is the query's `deployment`.
    private static final String SESSIONS = "/openai/realtime";

    private static final String PLAIN = "/v1/";

    private DeploymentPaths() {}

    /// The usual path of what a path asks; itself where it is none of these.
    public static String plain(String path) {
        if (path.startsWith(NEWER)) {
            return PLAIN + path.substring(NEWER.length());
        }
        if (path.equals(SESSIONS)) {
            return PLAIN + "realtime";
        }
        int end = endOfDeployment(path);
        return end < 0 ? path : PLAIN + path.substring(end + 1);
    }

    private static int endOfDeployment(String path) {
        return path.startsWith(DEPLOYMENTS) ? path.indexOf('/', DEPLOYMENTS.length()) : -1;
    }

    /// The parameter of a session's query that names its model.
    public static String sessionsModel(String path) {
        return path.equals(SESSIONS) ? "deployment" : "model";
    }

    /// The deployment that a path names, which is a model's public name here.
    public static Optional<String> deployment(String path) {
        int end = endOfDeployment(path);
        return end < 0
                ? Optional.empty()
                : Optional.of(PathText.decoded(path.substring(DEPLOYMENTS.length(), end)));
    }

    /// The body with the deployment as its model, whatever model it names itself; what is no object
    /// stays as it is.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what is no JSON
    public static byte[] addressed(byte[] body, String deployment) {
        int first = 0;
        while (first < body.length && Character.isWhitespace(body[first])) {
            first++;
        }
        if (first == body.length || body[first] != '{') {
            return body;
        }
        return StrictJson.withDefaults().read(body, parser -> edited(body, parser, deployment));
    }

    private static byte[] edited(byte[] body, JsonParser p, String deployment) {
        int afterBrace = (int) p.currentTokenLocation().getByteOffset() + 1;
        String model = PointEdits.quote(deployment);
        Span at = null;
        boolean empty = true;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken value = p.nextToken();
            empty = false;
            if (name.equals("model") && value.isScalarValue()) {
                at = Fields.span(p);
            } else {
                p.skipChildren();
            }
        }
        PointEdits edits = new PointEdits(body);
        if (at == null) {
            edits.insertFirst(afterBrace, empty, "model", model);
        } else {
            edits.replace(at, model);
        }
        return edits.apply();
    }
}
