package dev.sluice.gateway.limits;

import java.time.Duration;

/// Every limit of the data plane, by name. `docs/reference/limits.md` lists them.
///
/// @param bodyBytes the largest request body; more is 413
/// @param headerBytes all request headers together; more is 431
/// @param uriBytes the request line; more is 414
/// @param eventBytes one SSE event of an upstream; more ends the stream with an error
/// @param answerBytes the largest body of an answer that is not streamed
/// @param loopDecodeBytes bodies up to this size are decoded on the event loop, larger ones on the
///     decoding pool
/// @param formParts the most parts of a multipart form; more is 400
/// @param formHeaderBytes the longest headers of one of them; longer ones are 400
/// @param formFieldBytes the longest of its fields that is no file, which is read into memory;
///     longer ones are 400
/// @param bodyRead how long a client may take to send its whole request; more is 408
/// @param connectionIdle how long a connection may carry no request, or only the beginning of one
/// @param writeStall how long a client may take none of the bytes written for it
/// @param settleWait how long the last byte of an answer waits for its settlement to be durable
/// @param idempotencyWait how long a repeated call waits for the first one to end
/// @param drainNotice how long after SIGTERM new calls are still served, so that a load balancer
///     that asks for readiness sends them elsewhere first
/// @param drain how long open exchanges may go on after that
/// @param openExchanges calls in flight on this replica; more is 503 `overloaded`
/// @param upstreamConnections pooled connections to one upstream per event loop
/// @param defaultOutputTokens the output limit sent upstream when neither the client, the route nor
///     the catalogue has one
public record Limits(
        int bodyBytes,
        int headerBytes,
        int uriBytes,
        int eventBytes,
        int answerBytes,
        int loopDecodeBytes,
        int formParts,
        int formHeaderBytes,
        int formFieldBytes,
        Duration bodyRead,
        Duration connectionIdle,
        Duration writeStall,
        Duration settleWait,
        Duration idempotencyWait,
        Duration drainNotice,
        Duration drain,
        int openExchanges,
        int upstreamConnections,
        long defaultOutputTokens) {

    /// What a call in flight may take of the heap with all that it holds but its body: a plain one
    /// takes 15 KiB.
    private static final long HEAP_PER_EXCHANGE = 64 << 10;

    private static final long MOST_EXCHANGES = 20_000;

    public static final Limits DEFAULT =
            new Limits(
                    32 << 20,
                    32 << 10,
                    8 << 10,
                    32 << 20,
                    32 << 20,
                    64 << 10,
                    64,
                    4 << 10,
                    1 << 20,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(75),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    (int)
                            Math.min(
                                    MOST_EXCHANGES,
                                    Runtime.getRuntime().maxMemory() / HEAP_PER_EXCHANGE),
                    2_048,
                    16_384);
}
