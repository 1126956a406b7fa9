package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Providers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `/admin/v1/providers`: what adding an upstream has to ask for.
class ProviderRoutesTest {

    private static Plane plane;
    private static Plane.Caller developer;

    @BeforeAll
    static void start() {
        plane = new Plane();
        developer = plane.organization("acme", "developer");
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asString()));
        return texts;
    }

    @Test
    void everyProviderIsListedWithWhatAnUpstreamHasToSay() {
        JsonNode list = developer.get("/admin/v1/providers").json();
        assertThat(list.path("data").size()).isEqualTo(Providers.shipped().all().size());
        for (JsonNode provider : list.path("data")) {
            assertThat(provider.path("docs").asString()).as(provider.toString()).isNotEmpty();
            assertThat(provider.path("dialects").size()).isPositive();
            assertThat(provider.path("capabilities").size()).isPositive();
            assertThat(provider.path("models").size())
                    .isEqualTo(provider.path("model_count").asInt());
        }
    }

    @Test
    void oneProviderIsShownWithItsModelsAndPrices() {
        JsonNode anthropic = developer.get("/admin/v1/providers/anthropic").json();
        assertThat(anthropic.path("name").asString()).isEqualTo("Anthropic");
        assertThat(anthropic.at("/auth/scheme").asString()).isEqualTo("header");
        assertThat(anthropic.at("/auth/header").asString()).isEqualTo("x-api-key");
        assertThat(anthropic.path("base_url").asString()).isEqualTo("https://api.anthropic.com");
        assertThat(anthropic.at("/dialects/0/name").asString()).isEqualTo("anthropic-messages");
        assertThat(anthropic.at("/dialects/0/paths/messages").asString()).isEqualTo("/v1/messages");
        JsonNode model = anthropic.at("/models/0");
        assertThat(model.path("mode").asString()).isEqualTo("chat");
        assertThat(model.at("/price/input_per_mtok").asString()).isNotEmpty();
    }

    @Test
    void whatAnAccountMustSayIsNamed() {
        JsonNode azure = developer.get("/admin/v1/providers/azure").json();
        assertThat(azure.at("/settings/0/name").asString()).isEqualTo("resource");
        assertThat(azure.at("/settings/0/required").asBoolean()).isTrue();
        assertThat(azure.at("/settings/1/default").asString()).isEqualTo("2024-10-21");
        JsonNode bedrock = developer.get("/admin/v1/providers/bedrock").json();
        assertThat(bedrock.path("needs_region").asBoolean()).isTrue();
        assertThat(bedrock.at("/auth/scheme").asString()).isEqualTo("aws_sigv4");
        assertThat(texts(bedrock.path("quirks")))
                .anyMatch(words -> words.contains("told the model by the address"));
    }

    @Test
    void anAliasFindsItsProviderAndNobodyIsNotFound() {
        assertThat(developer.get("/admin/v1/providers/google").json().path("id").asString())
                .isEqualTo("gemini");
        assertThat(developer.get("/admin/v1/providers/nobody").status()).isEqualTo(404);
    }
}
