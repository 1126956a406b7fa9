package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.LoopLoad;
import dev.sluice.gateway.limits.OverloadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyRefusalTest {

    /// Every call is late; who is turned away hears it with the next bytes it sends.
    private static final OverloadLimits ALWAYS =
            new OverloadLimits(
                    Duration.ofMillis(-1),
                    0,
                    0,
                    Duration.ZERO,
                    Duration.ofDays(1),
                    Duration.ofMillis(-1),
                    0,
                    Duration.ofDays(1));

    private static final String CALL =
            "POST /v1/messages?beta=true HTTP/1.1\r\nHost: sluice\r\nConnection: keep-alive\r\n"
                    + "X-Api-Key: k\r\nContent-Length: 2\r\n\r\n{}";

    private final Vertx vertx = Vertx.vertx();
    private final LongAdder turnedAway = new LongAdder();
    private boolean owes;
    private int ids;
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new StrictHttpDecoder(
                            new Http1ServerConfig(),
                            new EarlyRefusal(
                                            new LoopLoad(() -> 0, _ -> {}, ALWAYS, turnedAway),
                                            new Deadlines(vertx, System::nanoTime),
                                            ALWAYS,
                                            path -> path.startsWith("/v1/"),
                                            Fault.of(FaultCode.OVERLOADED, "Too many.")
                                                    .withRetryAfter(Duration.ofSeconds(1)),
                                            () -> "req_" + ++ids)
                                    .on(() -> owes)));

    @AfterEach
    void close() throws Exception {
        channel.releaseInbound();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void send(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }

    private String answered() {
        ByteBuf out = channel.readOutbound();
        if (out == null) {
            return "";
        }
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        return text;
    }

    @Test
    void aPlainCallIsTurnedAwayUnread() {
        send(CALL);
        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(turnedAway.sum()).isEqualTo(1);
        assertThat(answered()).as("not yet").isEmpty();
        send(CALL);
        String answer = answered();
        assertThat(answer)
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("x-request-id: req_1\r\n", "request-id: req_1\r\n", "retry-after: 1\r\n")
                .contains("\"overloaded_error\"", "Too many.");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(answer).contains("content-length: " + body.length() + "\r\n");
        send(CALL);
        assertThat(answered())
                .as("the same, with its own id")
                .isEqualTo(answer.replace("req_1", "req_2"));
    }

    @Test
    void callsInOnePacketAreAnsweredOneByOne() {
        send(CALL + CALL + CALL);
        assertThat(answered()).contains("req_1");
        assertThat(answered()).contains("req_2");
        assertThat(answered()).isEmpty();
        assertThat(turnedAway.sum()).isEqualTo(3);
    }

    @Test
    void aCallBehindOneThatIsNotAnsweredWaitsForItsTurn() {
        owes = true;
        send(CALL);
        assertThat(channel.<Object>readInbound()).isNotNull();
        assertThat(turnedAway.sum()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/messages HTTP/1.1\nHost: a\n\n",
                "POST /livez HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
                "POST /v1/x HTTP/1.0\nHost: a\nContent-Length: 0\n\n",
                "POST http://a/v1/x HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
                "POST /v1/x HTTP/1.1\nContent-Length: 0\n\n",
                "POST /v1/x HTTP/1.1\nHost: a\n\n",
                "POST /v1/x HTTP/1.1\nHost: a\nHost: a\nContent-Length: 0\n\n",
                "POST /v1/x HTTP/1.1\nHost: a/b\nContent-Length: 0\n\n",
                "POST /v1/x HTTP/1.1\nHost: a\nContent-Length: 5\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nContent-Length: +2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nContent-Length : 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nContent_Length: 2\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nContent-Length: 2\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nX: 1\n y\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nX\u0011: 1\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nConnection: close\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nUpgrade: h2c\nContent-Length: 2\n\n{}",
                "POST /v1/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n0\n\n",
                "POST /v1/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 2\n\n{}"
            })
    void whatIsNotPlainGoesTheUsualWay(String request) {
        send(request.replace("\n", "\r\n"));
        assertThat(turnedAway.sum()).isZero();
        assertThat(answered()).isEmpty();
        assertThat(channel.<Object>readInbound()).isNotNull();
    }

    @Test
    void aLineWithoutItsReturnGoesTheUsualWay() {
        send(CALL.replace("k\r\n", "k\n"));
        assertThat(turnedAway.sum()).isZero();
    }

    @Test
    void aBodyThatLooksLikeACallIsABody() {
        send("POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + CALL.length() + "\r\n\r\n");
        assertThat(channel.<Object>readInbound()).isNotNull();
        send(CALL);
        assertThat(turnedAway.sum()).isZero();
        assertThat(answered()).isEmpty();
    }
}
