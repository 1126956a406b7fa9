package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Unmodified SDKs against the running gateway: every feature, every error class, and every charge
/// to the last digit of what the provider's journal and the price come to.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SdkGatewayTest {

    private static final String[] MODELS = {"sim-chat", "sim-mini", "sim-reasoner", "sim-embed"};

    /// No two meters cost the same, and some counts do not end within six decimals.
    private static final String PRICE =
            """
            {"input_per_mtok":"2.503","cached_input_per_mtok":"0.6257","output_per_mtok":"10.0101",
             "cache_write_5m_per_mtok":"3.129","reasoning_per_mtok":"11.00003",
             "audio_input_per_mtok":"40.07","per_search":"0.01",
             "training_per_mtok":"25.0013"}
            """;

    /// What is paid by the piece, by the minute, by the character, by tokens of its own kind.
    private static final Map<String, String> MEDIA_PRICES =
            Map.of(
                    "sim-image",
                    """
                    {"input_per_mtok":"5.003","image_input_per_mtok":"10.007",
                     "image_output_per_mtok":"40.0011"}
                    """,
                    "sim-picture",
                    """
                    {"by":[{"quality":"standard","per_image":"0.0401"},
                           {"quality":"hd","per_image":"0.0803"},
                           {"quality":"hd","size":"1024x1792","per_image":"0.1207"}]}
                    """,
                    "sim-speech",
                    "{\"per_mchar\":\"15.0007\"}",
                    "sim-voice",
                    "{\"input_per_mtok\":\"0.601\",\"audio_output_per_mtok\":\"12.003\"}",
                    "sim-whisper",
                    "{\"per_audio_minute\":\"0.006001\"}",
                    "sim-transcribe",
                    """
                    {"input_per_mtok":"2.503","audio_input_per_mtok":"6.007",
                     "output_per_mtok":"10.011"}
                    """,
                    "sim-video",
                    """
                    {"per_video_second":"0.1003",
                     "by":[{"resolution":"1024x1792","per_video_second":"0.3007"}]}
                    """,
                    "sim-realtime",
                    """
                    {"input_per_mtok":"4.003","cached_input_per_mtok":"0.407",
                     "output_per_mtok":"16.01","audio_input_per_mtok":"32.03",
                     "audio_output_per_mtok":"64.07"}
                    """,
                    "sim-moderation",
                    "{\"per_request\":\"0.00013\"}");

    /// Only curl may be missing on a machine: its three snippets are all that may be skipped.
    private static final int CURL_SNIPPETS = 3;

    private Installation installation;
    private SuiteTarget gateway;

    @BeforeAll
    void start() {
        installation = Installation.start().withModels(PRICE, MODELS);
        MEDIA_PRICES.forEach((model, price) ->
                installation.admin(
                        "POST",
                        "/admin/v1/models",
                        "{\"name\":\"%s\",\"targets\":[{\"upstream\":\"sim\",\"model\":\"%s\"}],\"price\":%s}"
                                .formatted(model, model, price)));
        installation.topUp("1000.00");
        gateway =
                new SuiteTarget(
                        URI.create(installation.baseUrl() + "/v1"),
                        installation.key("sdk-suites", "clients", "development"),
                        installation.simulator().origin(),
                        new SuiteTarget.Management(
                                URI.create(installation.baseUrl()), Installation.ADMIN_KEY),
                        // From here and not from the gateway: the oracle trusts nothing it says.
                        Stream.concat(
                                        Stream.of(MODELS).map(model -> '"' + model + "\":" + PRICE),
                                        MEDIA_PRICES.entrySet().stream()
                                                .map(one ->
                                                        '"'
                                                                + one.getKey()
                                                                + "\":"
                                                                + one.getValue()))
                                .collect(Collectors.joining(",", "{", "}")));
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    @Test
    void python() throws IOException, InterruptedException {
        Tally tally = ClientSuite.python("gateway", gateway);
        assertThat(tally.failed()).isZero();
        assertThat(tally.skipped()).isLessThanOrEqualTo(CURL_SNIPPETS);
        assertThat(tally.tests() - tally.skipped()).as("tests that ran").isGreaterThan(240);
        assertThat(installation.openExchanges()).isZero();
    }

    @Test
    void node() throws IOException, InterruptedException {
        Tally tally = ClientSuite.node("gateway", gateway);
        assertThat(tally.failed()).isZero();
        assertThat(tally.skipped()).isZero();
        assertThat(tally.tests()).as("tests that ran").isGreaterThan(80);
        assertThat(installation.openExchanges()).isZero();
    }

    /// What of Node's SDKs and frameworks speaks the other dialects.
    @Test
    void nodeDialects() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.nodeIn("node-dialects", "gateway", gateway), 57);
    }

    /// The vendors' SDKs for Java, which compare each charge with the provider's own count.
    @Test
    void java() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.java("gateway", gateway), 40);
    }

    /// Releases before the present majors, which authenticate otherwise or name deployments.
    @Test
    void older() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.pythonIn("older", "gateway", gateway), 15);
    }

    private void assertAllRan(Tally tally, int least) {
        assertThat(tally.failed()).isZero();
        assertThat(tally.skipped()).isZero();
        assertThat(tally.tests()).as("tests that ran").isGreaterThan(least);
        installation.assertBooksAreClean();
    }
}
