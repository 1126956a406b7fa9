/// Management calls as plain values: requests, responses, routes, strict JSON, lists with cursors,
/// idempotency, and the rendering of faults in the OpenAI envelope.
///
/// Must not know: sockets, the HTTP server, what the routes are about.
@NullMarked
package dev.sluice.control.http;

import org.jspecify.annotations.NullMarked;
