package dev.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where calls go, of every kind of address there is.
class ReachTest {

    private static Reach reach(
            String provider, String url, @Nullable String region, Map<String, String> settings) {
        ProviderEntry entry = Providers.shipped().find(provider).orElseThrow();
        return Reach.of(entry, URI.create(url), region, settings);
    }

    private static String path(Reach reach, String dialect, String family, boolean stream) {
        return Objects.requireNonNull(reach.path(dialect, family)).of("m:1", stream);
    }

    @ParameterizedTest
    @CsvSource({
        "openai, https://api.openai.com/v1, openai-chat, chat, /v1/chat/completions",
        "openai, https://api.openai.com/v1, openai-chat, embeddings, /v1/embeddings",
        "openai, https://api.openai.com/v1, openai-responses, responses, /v1/responses",
        "openai, http://127.0.0.1:8, openai-chat, chat, /chat/completions",
        "anthropic, https://api.anthropic.com, anthropic-messages, messages, /v1/messages",
        "anthropic, https://proxy/a/v1, anthropic-messages, messages, /a/v1/messages",
        "deepseek, https://api.deepseek.com/v1, openai-chat, chat, /v1/chat/completions",
        "deepseek, https://x.example/v1, anthropic-messages, messages, /anthropic/v1/messages",
        "gemini, https://g.example, gemini, gemini, /v1beta/models/m%3A1:generateContent",
        "gemini, https://g.example/v1, gemini, gemini, /v1beta/models/m%3A1:generateContent",
    })
    void pathsStandBelowTheBaseUrlOrAtTheRoot(
            String provider, String url, String dialect, String family, String expected) {
        assertThat(path(reach(provider, url, null, Map.of()), dialect, family, false))
                .isEqualTo(expected);
    }

    @Test
    void streamsMayHaveAnAddressOfTheirOwn() {
        assertThat(path(reach("gemini", "https://g", null, Map.of()), "gemini", "gemini", true))
                .isEqualTo("/v1beta/models/m%3A1:streamGenerateContent?alt=sse");
        Reach bedrock = reach("bedrock", "https://b.example", "us-east-1", Map.of());
        assertThat(path(bedrock, "anthropic-messages", "messages", true))
                .isEqualTo("/model/m%3A1/invoke-with-response-stream");
    }

    @Test
    void aDeploymentAndItsVersionStandInThePath() {
        String url = "https://me.openai.azure.com";
        Reach azure = reach("azure", url, null, Map.of("resource", "me"));
        assertThat(path(azure, "openai-chat", "chat", false))
                .isEqualTo("/openai/deployments/m%3A1/chat/completions?api-version=2024-10-21");
        Reach newer = reach("azure", url, null, Map.of("api_version", "2025-04-01-preview"));
        assertThat(path(newer, "openai-chat", "chat", false))
                .endsWith("?api-version=2025-04-01-preview");
    }

    @Test
    void aPathWhoseSettingIsNotGivenIsNotThere() {
        Reach vertex = reach("vertex", "https://v.example", "europe-west4", Map.of());
        assertThat(vertex.path("gemini", "gemini")).isNull();
        Reach whole = reach("vertex", "https://v.example", "europe-west4", Map.of("project", "p1"));
        assertThat(path(whole, "gemini", "gemini", false))
                .isEqualTo(
                        "/v1/projects/p1/locations/europe-west4/publishers/google/models/"
                                + "m%3A1:generateContent");
    }

    @Test
    void hostAndPortAreTheBaseUrls() {
        Reach plain = reach("openai-compatible", "http://127.0.0.1:8123/v1", null, Map.of());
        assertThat(plain.port()).isEqualTo(8123);
        assertThat(plain.tls()).isFalse();
        assertThat(reach("openai", "https://api.openai.com/v1", null, Map.of()).port())
                .isEqualTo(443);
        assertThat(plain.below("/v1/messages")).isEqualTo("/v1/messages");
    }
}
