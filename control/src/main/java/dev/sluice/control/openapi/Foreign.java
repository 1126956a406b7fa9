package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;

/// A route of the listener that the management plane's router does not have.
///
/// @param withKey whether it needs a gateway key
record Foreign(String method, String path, boolean withKey, RouteDoc doc) {

    static Foreign get(String path, RouteDoc doc) {
        return new Foreign("GET", path, true, doc);
    }

    static Foreign post(String path, RouteDoc doc) {
        return new Foreign("POST", path, true, doc);
    }

    static Foreign delete(String path, RouteDoc doc) {
        return new Foreign("DELETE", path, true, doc);
    }

    /// For whoever watches the process.
    static Foreign open(String path, RouteDoc doc) {
        return new Foreign("GET", path, false, doc);
    }
}
