package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two listeners: one that applications reach, one for those who run Sluice.
class AdminListenerTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture(GatewayFixture.Setup.USUAL.withAdminPort(0));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, false, true",
        "/admin/v1/keys, false, true",
        "/admin, false, true",
        "/metrics, false, true",
        "/docs, false, true",
        "/docs/style.css, false, true",
        "/anything, false, true",
        "/livez, true, true",
        "/readyz, true, true",
        "/openapi.json, true, true",
        "/api/pricing, true, true",
        "/v1/organization/costs, true, true",
        "/v1/dashboard/billing/usage, true, true",
        "/dashboard/billing/usage, true, true",
        "/v1/dashboard, false, false",
        "/v1/files, false, false",
        "/v1/models, false, false"
    })
    void eachPathIsServedWhereItBelongs(String path, boolean beside, boolean apart)
            throws Exception {
        assertThat(reachesManagement(gateway.plane.port(), path)).isEqualTo(beside);
        assertThat(reachesManagement(gateway.plane.adminPort(), path)).isEqualTo(apart);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1 |                        | 127.0.0.1",
                "127.0.0.1 | 203.0.113.7            | 203.0.113.7",
                "127.0.0.1 | 1.2.3.4, 203.0.113.7   | 203.0.113.7",
                "127.0.0.1 | 203.0.113.7, 127.0.0.1 | 203.0.113.7",
                "127.0.0.2 | 203.0.113.7            | 127.0.0.2"
            })
    void onlyATrustedProxySaysWhereTheClientIs(String from, String forwarded, String seen)
            throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().localAddress(InetAddress.ofLiteral(from)).build()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.plane.adminPort() + "/admin"));
            if (forwarded != null) {
                request.header("x-forwarded-for", forwarded);
            }
            assertThat(
                            client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                                    .headers()
                                    .firstValue("x-seen-from"))
                    .contains(seen);
        }
    }

    private static boolean reachesManagement(int port, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return gateway.http
                .send(request, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("x-off-loop")
                .isPresent();
    }

    @Test
    void modelsAreCalledOnTheirOwnListenerAlone() throws Exception {
        assertThat(gateway.chat("sim-chat", "hi").statusCode()).isEqualTo(200);
        HttpRequest elsewhere =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + gateway.plane.adminPort()
                                                + "/v1/chat/completions"))
                        .header("authorization", "Bearer " + GatewayFixture.KEY)
                        .header("content-type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        GatewayFixture.chatBody("sim-chat", "hi", false)))
                        .build();
        HttpResponse<String> answer =
                gateway.http.send(elsewhere, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"not_found\"");
        gateway.awaitQuiet();
    }
}
