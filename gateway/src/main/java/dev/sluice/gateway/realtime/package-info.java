/// Realtime sessions: a connection on which a client and a provider talk, and which makes calls.
/// Each response is a call of its own, with a hold and an end of its own.
///
/// May know: limits, http, callers, requests, upstream, calls. Must not know: the listener, how a
/// call that is no response of a session is served.
@NullMarked
package dev.sluice.gateway.realtime;

import org.jspecify.annotations.NullMarked;
