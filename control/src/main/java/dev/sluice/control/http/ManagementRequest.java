package dev.sluice.control.http;

import dev.sluice.control.access.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One request to the management plane, read completely and already limited in size.
public final class ManagementRequest implements Headers {

    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final String remoteAddress;

    /// A request as the listener read it.
    ///
    /// @param path as it was sent: still percent-encoded, without the query
    /// @param query decoded
    /// @param remoteAddress the client's, after trusted proxies were taken into account
    public ManagementRequest(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            byte[] body,
            String remoteAddress) {
        this.method = method.toUpperCase(Locale.ROOT);
        this.path = path;
        this.query = Map.copyOf(query);
        Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) ->
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values));
        this.headers = byName;
        this.body = body.clone();
        this.remoteAddress = remoteAddress;
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    public Map<String, List<String>> query() {
        return query;
    }

    /// The first value of a query parameter; an empty one counts as absent.
    public Optional<String> query(String name) {
        return query.getOrDefault(name, List.of()).stream().filter(v -> !v.isEmpty()).findFirst();
    }

    @Override
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    public byte[] body() {
        return body.clone();
    }

    public String remoteAddress() {
        return remoteAddress;
    }
}
