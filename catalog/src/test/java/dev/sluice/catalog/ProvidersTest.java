package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    private static final String ACME =
            """
            name = "Acme"
            docs = "https://acme.example/docs"
            base_url = "https://{account}.acme.example/v1"
            capabilities = ["text", "stream"]

            [auth]
            scheme = "bearer"

            [dialects.openai-chat]
            chat = "/chat/completions"
            quirks = ["no_stream_options"]

            [dialects.gemini]
            gemini.plain = "//g/{model}:generateContent"
            gemini.stream = "//g/{model}:streamGenerateContent?alt=sse"

            [regions]
            moon = "https://moon.acme.example/v1"

            [settings.account]
            about = "the account's name"
            """;

    private static ProviderEntry provider(String id) {
        return Providers.shipped().find(id).orElseThrow();
    }

    @Test
    void atLeastTwentyFiveVendorsAreShippedAndEachEntryIsComplete() {
        Providers providers = Providers.shipped();
        assertThat(providers.all()).hasSizeGreaterThanOrEqualTo(36);
        assertThat(providers.all())
                .extracting(ProviderEntry::id)
                .contains("openai", "azure", "anthropic", "gemini", "bedrock", "vertex")
                .contains("openai-compatible", "simulator")
                .isSorted();
        for (ProviderEntry entry : providers.all()) {
            assertThat(entry.capabilities()).as(entry.id()).isNotEmpty();
            assertThat(entry.docs()).as(entry.id()).matches("(https:/)?/.+");
            assertThat(entry.outputLimitField()).isIn("max_tokens", "max_completion_tokens");
            assertThat(entry.regions().values()).allMatch(url -> url.startsWith("https://"));
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
        assertThat(PriceBook.shipped().find(provider("simulated"), "sim-chat")).isPresent();
    }

    @Test
    void anEntryStatesHowItsCredentialIsCarried() {
        ProviderEntry keyed = provider("anthropic");
        assertThat(keyed.auth()).isEqualTo(new AuthScheme.Header("x-api-key", Optional.empty()));
        assertThat(keyed.headers()).isEqualTo(Map.of("anthropic-version", "2023-06-01"));
        assertThat(provider("openai").auth())
                .isEqualTo(new AuthScheme.Header("authorization", Optional.of("Bearer")));
        assertThat(provider("bedrock").auth()).isEqualTo(new AuthScheme.AwsSigV4("bedrock"));
        assertThat(provider("azure").auth())
                .isEqualTo(new AuthScheme.Header("api-key", Optional.empty()));
        assertThat(provider("vertex").auth()).isInstanceOf(AuthScheme.GoogleServiceAccount.class);
    }

    @Test
    void everyFieldOfAFileIsRead() {
        ProviderEntry acme = ProviderFile.read("acme", ACME);
        assertThat(acme.dialectNames()).isEqualTo(List.of("openai-chat", "gemini"));
        ProviderEntry.Spoken chat = acme.spoken("openai-chat").orElseThrow();
        assertThat(chat.families())
                .isEqualTo(
                        Map.of(
                                "chat",
                                new ProviderEntry.Path("/chat/completions", "/chat/completions")));
        assertThat(chat.quirks()).containsExactly(Quirk.NO_STREAM_OPTIONS);
        assertThat(acme.spoken("gemini").orElseThrow().families())
                .isEqualTo(
                        Map.of(
                                "gemini",
                                new ProviderEntry.Path(
                                        "//g/{model}:generateContent",
                                        "//g/{model}:streamGenerateContent?alt=sse")));
        assertThat(acme.capabilities()).containsExactly(Capability.TEXT, Capability.STREAM);
    }

    @Test
    void anAddressIsFilledInOrTakenFromTheRegion() {
        ProviderEntry acme = ProviderFile.read("acme", ACME);
        assertThat(acme.address(null, Map.of())).isEmpty();
        assertThat(acme.address(null, Map.of("account", "me")))
                .contains("https://me.acme.example/v1");
        assertThat(acme.address("moon", Map.of())).contains("https://moon.acme.example/v1");
        assertThat(acme.isOwnAddress("https://me.acme.example/v1", null, Map.of("account", "me")))
                .isTrue();
        assertThat(acme.isOwnAddress("https://x.acme.example/v1", null, Map.of("account", "me")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example/", "evil.example#", "a@evil.example", "x:1", "", ".", "é"})
    void aSettingCannotTurnAnAddressIntoAnother(String value) {
        assertThat(ProviderFile.read("acme", ACME).address(null, Map.of("account", value)))
                .isEmpty();
    }

    /// A line of the file is replaced; the error says where and why.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name = \"Acme\"|name = 7|acme.toml:1:1: name must be a text that is not empty.",
                "name = \"Acme\"|nome = \"Acme\"|acme.toml:1:1: nome is not a known field",
                "name = \"Acme\"|# none|acme.toml:1:1: name is missing.",
                "name = \"Acme\"|name = |acme.toml:1:",
                "docs = \"https://acme.example/docs\"|docs = \"acme\"|acme.toml:2:1: docs must be",
                "https://{account}.acme|http://{account}.acme|acme.toml:3:1: base_url must be",
                "https://{account}.acme|https://{acount}.acme|acme.toml:3:1: base_url has {acount}",
                "\"stream\"]|\"steam\"]|acme.toml:4:1: capabilities has 'steam', which is none of",
                "scheme = \"bearer\"|scheme = \"basic\"|acme.toml:7:1: auth.scheme is 'basic'",
                "scheme = \"bearer\"|scheme = \"header\"|acme.toml:6:2: auth.header is missing.",
                "[dialects.openai-chat]|[dialects.telepathy]|acme.toml:9:2: dialects.telepathy is",
                "chat = \"/chat/completions\"|chat = \"chat\"|acme.toml:10:1: dialects.openai-chat.chat",
                "chat = \"/chat/completions\"|talk = \"/t\"|acme.toml:10:1: dialects.openai-chat.talk",
                "[\"no_stream_options\"]|[\"odd\"]|acme.toml:11:1: dialects.openai-chat.quirks has",
                "gemini.plain =|gemini.plane =|acme.toml:14:1: dialects.gemini.gemini.plane is not",
                "https://moon|ftp://moon|acme.toml:18:1: regions.moon must be an https URL",
                "about =|abuot =|acme.toml:21:1: settings.account.abuot is not a known field",
            })
    void errorsNameLineColumnAndField(String before, String after, String message) {
        assertThat(ACME).contains(before);
        assertThatThrownBy(() -> ProviderFile.read("acme", ACME.replace(before, after)))
                .isInstanceOf(ProviderFormatException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aFileNeedsANameThatIsAnId() {
        assertThatThrownBy(() -> ProviderFile.read("Acme Inc", ACME))
                .hasMessageContaining("lower-case letters");
    }
}
