/// Probes that the server makes by itself: it asks each model of its upstreams for one word, by its
/// own listener as a client would, and keeps what came back.
///
/// Must not know: how calls are decided, sent and booked.
@NullMarked
package dev.sluice.app.probes;

import org.jspecify.annotations.NullMarked;
