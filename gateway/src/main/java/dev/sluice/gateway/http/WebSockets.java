package dev.sluice.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/// What a request says that asks for a WebSocket: browsers have no headers to say it in but the one
/// that offers protocols.
public final class WebSockets {

    /// The one protocol that is agreed on.
    public static final String PROTOCOL = "realtime";

    private static final String KEY = "openai-insecure-api-key.";
    private static final String BETA_PROTOCOL = "openai-beta.realtime-v1";
    private static final String BETA_HEADER = "realtime=v1";

    private WebSockets() {}

    public static boolean isAsked(HttpServerRequest request) {
        String upgrade = request.getHeader("upgrade");
        return upgrade != null && upgrade.equalsIgnoreCase("websocket");
    }

    /// Credentials among the protocols that are offered.
    public static List<String> keys(HttpServerRequest request) {
        return offered(request).stream()
                .filter(word -> word.startsWith(KEY))
                .map(word -> word.substring(KEY.length()))
                .toList();
    }

    /// Whether the client speaks the beta's events.
    public static boolean isBeta(HttpServerRequest request) {
        return offered(request).contains(BETA_PROTOCOL)
                || request.headers().getAll("openai-beta").stream()
                        .anyMatch(header -> header.contains(BETA_HEADER));
    }

    private static List<String> offered(HttpServerRequest request) {
        return request.headers().getAll("sec-websocket-protocol").stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(String::strip)
                .toList();
    }
}
