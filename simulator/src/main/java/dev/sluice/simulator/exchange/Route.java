package dev.sluice.simulator.exchange;

import io.vertx.core.MultiMap;

/// Where a request goes.
public record Route(String method, String path, MultiMap query, MultiMap headers) {

    private static final String BEARER = "bearer ";

    /// Whether it is this method on this path.
    public boolean is(String wantedMethod, String wantedPath) {
        return method.equals(wantedMethod) && path.equals(wantedPath);
    }

    /// Whether its path is this one or one below it.
    public boolean under(String parent) {
        return path.equals(parent) || path.startsWith(parent + "/");
    }

    /// What follows a prefix and a slash; empty where nothing does.
    public String below(String parent) {
        return path.length() > parent.length() + 1 ? path.substring(parent.length() + 1) : "";
    }

    /// A header; empty where it is absent.
    public String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value.strip();
    }

    /// A parameter of the query; empty where it is absent.
    public String parameter(String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }

    /// The key in `authorization`; empty for none.
    public String bearer() {
        return bearer(header("authorization"));
    }

    /// The key in a value of `authorization`.
    public static String bearer(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return bearer ? authorization.substring(BEARER.length()).strip() : "";
    }
}
