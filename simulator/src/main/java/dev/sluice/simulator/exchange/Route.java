package dev.sluice.simulator.exchange;

import io.vertx.core.MultiMap;

/// Where a request goes.
public record Route(String method, String path, MultiMap query, MultiMap headers) {

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
}
