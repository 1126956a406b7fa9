package dev.sluice.clients;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import java.util.List;
import java.util.Map;

/// OpenAI's official SDK as its users set it up.
final class OpenAi {

    private OpenAi() {}

    /// With the SDK's own retries.
    static OpenAIOkHttpClient.Builder builder(Talk talk) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(Target.V1)
                .apiKey(Target.KEY)
                .putHeader(Talk.ACTION, talk.mark());
    }

    static OpenAIClient client(Talk talk) {
        return builder(talk).maxRetries(0).build();
    }

    static FunctionDefinition weather() {
        return FunctionDefinition.builder()
                .name("get_weather")
                .description("The weather in a city")
                .parameters(
                        FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                .build();
    }

    /// A structured answer, as the SDK makes a schema of it.
    static final class Place {
        public String city;
        public int inhabitants;
    }
}
