package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProvidersTest {

    @Test
    void shippedEntriesAreComplete() {
        Providers providers = Providers.shipped();
        assertThat(providers.all())
                .extracting(ProviderEntry::id)
                .contains(
                        "openai",
                        "azure",
                        "anthropic",
                        "gemini",
                        "mistral",
                        "groq",
                        "deepseek",
                        "xai",
                        "together_ai",
                        "fireworks_ai",
                        "openrouter",
                        "perplexity",
                        "cohere",
                        "openai-compatible",
                        "simulator");
        for (ProviderEntry entry : providers.all()) {
            assertThat(entry.dialects()).as(entry.id()).isNotEmpty();
            assertThat(entry.dialects())
                    .isSubsetOf("openai-chat", "openai-responses", "anthropic-messages", "gemini");
            assertThat(entry.outputLimitField()).isIn("max_tokens", "max_completion_tokens");
            entry.baseUrl().ifPresent(url -> assertThat(url).startsWith("https://"));
        }
    }

    @Test
    void priceProvidersOfEntriesAreInTheBook() {
        PriceBook book = PriceBook.shipped();
        for (ProviderEntry entry : Providers.shipped().all()) {
            assertThat(book.providers()).as(entry.id()).containsAll(entry.priceProviders());
        }
    }

    @Test
    void aliasesFindTheirEntry() {
        Providers providers = Providers.shipped();
        assertThat(providers.find("simulated")).isEqualTo(providers.find("simulator"));
        assertThat(providers.find("vertex_ai")).isEqualTo(providers.find("vertex"));
        assertThat(providers.find("nobody")).isEmpty();
        assertThat(PriceBook.shipped().find(providers.find("simulated").orElseThrow(), "sim-chat"))
                .isPresent();
    }

    @Test
    void anEntryStatesHowItsCredentialIsCarried() {
        ProviderEntry keyed = Providers.shipped().find("anthropic").orElseThrow();
        assertThat(keyed.authHeader()).isEqualTo("x-api-key");
        assertThat(keyed.authScheme()).isEmpty();
        assertThat(keyed.defaultHeaders()).isEqualTo(List.of("anthropic-version: 2023-06-01"));
        ProviderEntry bearer = Providers.shipped().find("openai").orElseThrow();
        assertThat(bearer.authHeader()).isEqualTo("authorization");
        assertThat(bearer.authScheme()).contains("Bearer");
    }

    @Test
    void errorsNameTheField() {
        assertThatThrownBy(() -> Providers.parse("acme", "display_name = \"Acme\"\nauth = \"x\""))
                .hasMessageContaining("acme.auth: is not a known field");
        assertThatThrownBy(() -> Providers.parse("acme", "display_name = 7"))
                .hasMessageContaining("acme.display_name");
        assertThatThrownBy(() -> Providers.parse("acme", "display_name = \"Acme\""))
                .hasMessageContaining("acme.auth_header: is missing");
    }
}
