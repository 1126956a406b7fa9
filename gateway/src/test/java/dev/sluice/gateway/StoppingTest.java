package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.Upstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a stop waits for, and what not.
@Tag("slow")
class StoppingTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    /// Without a bound of its own the handshake would end later, and as one that failed.
    @Test
    void aProviderThatDoesNotAnswerTheHandshakeIsNotWaitedFor() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                GatewayFixture gateway =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL
                                        .with(new Upstream.Timeouts(LONG, LONG, LONG, LONG))
                                        .withUpstream(
                                                "raw",
                                                URI.create(
                                                        "https://localhost:"
                                                                + silent.getLocalPort()
                                                                + "/v1")))) {
            String body = Speaker.CHAT.question("to-raw", "hi", false).toString();
            CompletableFuture<HttpResponse<String>> answer =
                    gateway.http.sendAsync(
                            gateway.request("/v1/chat/completions", body).build(),
                            HttpResponse.BodyHandlers.ofString());
            silent.setSoTimeout(20_000);
            try (Socket connected = silent.accept()) {
                // the greeting has come
                assertThat(connected.getInputStream().read()).isNotNegative();
                var unused = gateway.plane.drain();
                HttpResponse<String> told = answer.get(30, TimeUnit.SECONDS);
                assertThat(told.statusCode()).as(told.body()).isEqualTo(504);
                assertThat(told.body()).contains("before this replica stopped");
            }
            gateway.awaitQuiet();
        }
    }
}
