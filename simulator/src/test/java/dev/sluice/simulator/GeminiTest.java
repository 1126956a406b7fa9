package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Secret;
import dev.sluice.simulator.journal.Call;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Content in Gemini's dialect: plain, streamed in both framings, counted, embedded, failing.
class GeminiTest extends SimulatorCase {

    private static final String MODEL = "/v1beta/models/sim-chat:";
    private static final String TOOLS =
            """
            "tools":[{"functionDeclarations":[{"name":"get_weather","parameters":{"type":"OBJECT",
            "properties":{"city":{"type":"STRING"}},"required":["city"]}}]}]\
            """;
    private static final String THOUGHTS =
            "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}";

    private static String asking(String text, String fields) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":%s}]}]%s}"
                .formatted(
                        JsonMapper.shared().writeValueAsString(text),
                        fields.isEmpty() ? "" : "," + fields);
    }

    private HttpResponse<String> send(String method, String body) {
        return client.post(MODEL + method, body);
    }

    private JsonNode content(String text, String fields) {
        HttpResponse<String> response = send("generateContent", asking(text, fields));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimClient.json(response);
    }

    @Test
    void anElementAloneStandsForItsList() {
        String listed =
                asking("Hello there", "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]");
        String alone = listed.replaceAll("[\\[\\]]", "");
        assertThat(SimClient.json(send("generateContent", alone)))
                .isEqualTo(SimClient.json(send("generateContent", listed)));
    }

    @Test
    void aPlainAnswerCountsAsChatDoes() {
        JsonNode answer = content("Hello there", "");
        assertThat(answer.at("/candidates/0/content/role").asString()).isEqualTo("model");
        assertThat(answer.at("/candidates/0/content/parts/0/text").asString()).isNotEmpty();
        assertThat(answer.at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
        assertThat(answer.at("/modelVersion").asString()).isEqualTo("sim-chat");
        long chat = plain("Hello there", "").at("/usage/prompt_tokens").longValue();
        assertThat(answer.at("/usageMetadata/promptTokenCount").longValue()).isEqualTo(chat);
        assertThat(content("Hello there", "")).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tell me | | STOP",
                "Tell me [[sim tokens=500]] | \"generationConfig\":{\"maxOutputTokens\":20} | MAX_TOKENS",
                "Tell me [[sim refusal]] | | SAFETY",
                "Tell me [[sim finish=RECITATION]] | | RECITATION",
                "Think [[sim reasoning=9]] | | STOP",
                "Think [[sim reasoning=9]] | THOUGHTS | STOP",
                "The weather in Paris and Rome [[sim reasoning=9]] | TOOLS | STOP",
                "Tell me | \"generation_config\":{\"candidate_count\":2} | STOP",
                "Find it | \"tools\":[{\"google_search\":{}}] | STOP",
            })
    void aStreamSaysWhatThePlainAnswerSaysInBothFramings(
            String text, String fields, String reason) {
        String more =
                fields == null ? "" : fields.replace("TOOLS", TOOLS).replace("THOUGHTS", THOUGHTS);
        JsonNode whole = content(text, more);
        String sse = send("streamGenerateContent?alt=sse", asking(text, more)).body();
        assertThat(sse)
                .startsWith("data: {")
                .endsWith("}\r\n\r\n")
                .doesNotContain("event:", "DONE");
        Call streamed = journaled();
        assertThat(streamed.produced()).isEqualTo(streamed.planned());
        HttpResponse<String> array = send("streamGenerateContent", asking(text, more));
        assertThat(array.headers().firstValue("content-type")).hasValue("application/json");
        List<JsonNode> chunks = SimClient.chunks(sse);
        assertThat(SimClient.json(array).valueStream().toList()).isEqualTo(chunks);

        assertThat(whole.at("/candidates/0/finishReason").asString()).isEqualTo(reason);
        assertThat(said(chunks)).isEqualTo(said(List.of(whole)));
        JsonNode last = chunks.getLast();
        assertThat(last.get("usageMetadata")).isEqualTo(whole.get("usageMetadata"));
        assertThat(streamed.reported()).isEqualTo(whole.get("usageMetadata").toString());
        assertThat(last.at("/candidates/0/finishReason").asString()).isEqualTo(reason);
        assertThat(chunks).allMatch(chunk -> chunk.has("usageMetadata"));
    }

    /// Thoughts, texts, calls and signatures of every candidate.
    private static List<String> said(List<JsonNode> documents) {
        List<String> said = new ArrayList<>(List.of("", "", "", ""));
        for (JsonNode document : documents) {
            for (JsonNode candidate : document.path("candidates")) {
                int index = candidate.path("index").intValue();
                for (JsonNode part : candidate.at("/content/parts")) {
                    int thought = part.path("thought").asBoolean(false) ? 1 : 0;
                    int at = 2 * index + thought;
                    said.set(
                            at,
                            said.get(at)
                                    + part.path("text").asString("")
                                    + part.path("thoughtSignature").asString("")
                                    + part.path("functionCall"));
                }
            }
        }
        return said;
    }

    @Test
    void usageStandsBesideAndNotInside() {
        JsonNode usage =
                content(
                                "Find it [[sim reasoning=9 tokens=5 cached=4]]",
                                "\"tools\":[{\"googleSearch\":{}}]")
                        .get("usageMetadata");
        long prompt = usage.get("promptTokenCount").longValue();
        assertThat(usage.get("candidatesTokenCount").longValue()).isEqualTo(5);
        assertThat(usage.get("thoughtsTokenCount").longValue()).isEqualTo(9);
        assertThat(usage.get("toolUsePromptTokenCount").longValue()).isEqualTo(1_536);
        assertThat(usage.get("cachedContentTokenCount").longValue()).isEqualTo(4);
        assertThat(usage.get("totalTokenCount").longValue()).isEqualTo(prompt + 5 + 9 + 1_536);
        Call call = journaled();
        assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(prompt + 1_536 - 4);
        assertThat(call.usage().count(MeterKind.REASONING)).isEqualTo(9);
        assertThat(call.usage().count(MeterKind.SEARCHES)).isEqualTo(1);
    }

    @Test
    void thePromptIsCountedByWhatItIsMadeOf() {
        String body =
                """
                {"contents":[{"parts":[{"text":"What is this?"},
                {"inline_data":{"mime_type":"image/png","data":"iVBORw0KGgo="}},
                {"fileData":{"mimeType":"application/pdf","fileUri":"files/1"}},
                {"inlineData":{"mimeType":"audio/wav","data":"AAAA"}}]}]}\
                """;
        JsonNode counted = SimClient.json(send("countTokens", body));
        assertThat(counted.get("totalTokens").longValue()).isEqualTo(10 + 1_105 + 4_500 + 1);
        assertThat(journaled().produced().total()).isZero();
        JsonNode usage = SimClient.json(send("generateContent", body)).get("usageMetadata");
        assertThat(usage.get("promptTokenCount")).isEqualTo(counted.get("totalTokens"));
        assertThat(usage.get("promptTokensDetails")).isEqualTo(counted.get("promptTokensDetails"));
        assertThat(usage.get("promptTokensDetails").toString())
                .isEqualTo(
                        "[{\"modality\":\"TEXT\",\"tokenCount\":10},"
                                + "{\"modality\":\"IMAGE\",\"tokenCount\":1105},"
                                + "{\"modality\":\"DOCUMENT\",\"tokenCount\":4500},"
                                + "{\"modality\":\"AUDIO\",\"tokenCount\":1}]");
    }

    @Test
    void functionsAreCalledSignedAndAnswered() {
        JsonNode first = content("The weather in Paris and Rome [[sim reasoning=9]]", TOOLS);
        JsonNode parts = first.at("/candidates/0/content/parts");
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).at("/functionCall/args/city").asString()).isEqualTo("Paris");
        assertThat(parts.get(0).has("thoughtSignature")).isTrue();
        assertThat(parts.get(1).has("thoughtSignature")).isFalse();
        String result =
                "{\"functionResponse\":{\"name\":\"get_weather\",\"response\":{\"sky\":\"rain\"}}}";
        assertThat(turns(parts.toString(), result + "," + result, "sim-reasoner").statusCode())
                .isEqualTo(200);
        assertThat(turns(parts.toString(), result, "sim-reasoner").statusCode()).isEqualTo(400);
        String signature = parts.get(0).get("thoughtSignature").asString();
        String forged = parts.toString().replace(signature, signature.substring(4));
        assertThat(turns(forged, result + "," + result, "sim-chat").statusCode()).isEqualTo(400);
        String unsigned = "[" + parts.get(1) + "]";
        assertThat(turns(unsigned, result, "sim-chat").statusCode()).isEqualTo(200);
        HttpResponse<String> missing = turns(unsigned, result, "sim-reasoner");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).contains("thought_signature");
    }

    private HttpResponse<String> turns(String called, String results, String model) {
        return client.post(
                "/v1beta/models/" + model + ":generateContent",
                """
                {%s,"contents":[{"role":"user","parts":[{"text":"The weather"}]},
                {"role":"model","parts":%s},{"role":"user","parts":[%s]}]}\
                """
                        .formatted(TOOLS, called, results));
    }

    @Test
    void schemasAreOfTheDialectsOwnKindOrWholeOnes() {
        String open = TOOLS.replace("\"required\"", "\"additionalProperties\":false,\"required\"");
        HttpResponse<String> refused = send("generateContent", asking("The weather", open));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(SimClient.json(refused).at("/error/message").asString())
                .contains("Unknown name \"additionalProperties\"");
        String whole =
                """
                "tools":[{"functionDeclarations":[{"name":"get_weather","parametersJsonSchema":
                {"type":"object","properties":{"city":{"type":"string"}},"required":["city"],
                "additionalProperties":false}}]}]\
                """;
        assertThat(content("The weather", whole).toString()).contains("\"city\":\"Paris\"");
        String config =
                "\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseSchema\":"
                        + "{\"type\":\"OBJECT\",\"properties\":{\"n\":{\"type\":\"INTEGER\"}}}}";
        String json =
                content("Fill it", config).at("/candidates/0/content/parts/0/text").asString();
        assertThat(JsonMapper.shared().readTree(json).get("n").isIntegralNumber()).isTrue();
    }

    @Test
    void aWordOfAnEnumIsBare() throws Exception {
        String config =
                "\"generationConfig\":{\"responseMimeType\":\"text/x.enum\",\"responseSchema\":"
                        + "{\"type\":\"STRING\",\"enum\":[\"small\",\"large\"]}}";
        assertThat(content("Which size?", config).at("/candidates/0/content/parts/0/text"))
                .hasToString("\"small\"");
    }

    @Test
    void aBlockedPromptHasNoCandidates() {
        for (JsonNode answer :
                List.of(
                        content("Bad [[sim finish=blocked]]", ""),
                        SimClient.json(
                                        send(
                                                "streamGenerateContent",
                                                asking("Bad [[sim finish=blocked]]", "")))
                                .get(0))) {
            assertThat(answer.has("candidates")).isFalse();
            assertThat(answer.at("/promptFeedback/blockReason").asString()).isEqualTo("SAFETY");
            assertThat(answer.at("/usageMetadata").has("candidatesTokenCount")).isFalse();
        }
        assertThat(journaled().planned().completion()).isZero();
    }

    @Test
    void embeddingsComeOneByOneOrTogether() {
        String one =
                "{\"content\":{\"parts\":[{\"text\":\"some text\"}]},\"outputDimensionality\":8}";
        String path = "/v1beta/models/sim-embed:";
        JsonNode single = SimClient.json(client.post(path + "embedContent", one));
        assertThat(single.at("/embedding/values")).hasSize(8);
        JsonNode batch =
                SimClient.json(
                        client.post(
                                path + "batchEmbedContents",
                                "{\"requests\":[" + one + "," + one + "]}"));
        assertThat(batch.get("embeddings")).hasSize(2);
        assertThat(batch.at("/embeddings/1/values")).isEqualTo(single.at("/embedding/values"));
        assertThat(journaled().usage().count(MeterKind.INPUT)).isEqualTo(6);
        assertThat(send("embedContent", one).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_ARGUMENT",
        "401, UNAUTHENTICATED",
        "403, PERMISSION_DENIED",
        "404, NOT_FOUND",
        "429, RESOURCE_EXHAUSTED",
        "500, INTERNAL",
        "503, UNAVAILABLE",
        "504, DEADLINE_EXCEEDED",
    })
    void everyStatusHasItsName(int status, String name) {
        String body = asking("Hi [[sim status=" + status + " retry_after=3]]", "");
        HttpResponse<String> response = send("generateContent", body);
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = SimClient.json(response).get("error");
        assertThat(error.get("code").intValue()).isEqualTo(status);
        assertThat(error.get("status").asString()).isEqualTo(name);
        if (status == 429) {
            assertThat(error.at("/details/1/retryDelay").asString()).isEqualTo("3s");
        }
        JsonNode array = SimClient.json(send("streamGenerateContent", body));
        assertThat(array.at("/0/error")).isEqualTo(error);
    }

    @Test
    void anErrorInMidStreamIsTheLastElement() {
        String body = asking("Hi [[sim error_at=2]]", "");
        JsonNode array = SimClient.json(send("streamGenerateContent", body));
        assertThat(array).hasSize(3);
        assertThat(array.at("/2/error/status").asString()).isEqualTo("INTERNAL");
        assertThat(journaled().produced().completion()).isEqualTo(2);
        String sse = send("streamGenerateContent?alt=sse", body).body();
        assertThat(SimClient.chunks(sse).getLast().at("/error/code").intValue()).isEqualTo(500);
    }

    @Test
    void keysComeInAHeaderOrTheQueryAndAWrongOneIsABadArgument() {
        try (Simulator locked =
                        Simulator.start(options().withAccount("team", new Secret("AIza1")));
                SimClient caller = new SimClient(locked)) {
            String path = MODEL + "generateContent";
            String body = asking("Hi", "");
            Map<String, String> header = Map.of("x-goog-api-key", "AIza1");
            assertThat(caller.post(path, body, header).statusCode()).isEqualTo(200);
            assertThat(caller.post(path + "?key=AIza1", body).statusCode()).isEqualTo(200);
            assertThat(locked.journal().last().path()).isEqualTo(path);
            HttpResponse<String> wrong = caller.post(path + "?key=other", body);
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(SimClient.json(wrong).at("/error/details/0/reason").asString())
                    .isEqualTo("API_KEY_INVALID");
        }
    }

    @Test
    void modelsAreListedAndDirectivesMayStandInThePath() {
        JsonNode models = SimClient.json(client.get("/v1beta/models")).get("models");
        assertThat(models.at("/0/name").asString()).isEqualTo("models/sim-chat");
        JsonNode one = SimClient.json(client.get("/v1beta/models/sim-embed"));
        assertThat(one.at("/supportedGenerationMethods/0").asString()).isEqualTo("embedContent");
        assertThat(client.get("/v1beta/models/none").statusCode()).isEqualTo(404);
        String path = "/v1beta/models/sim-chat+status=503:generateContent";
        assertThat(client.post(path, asking("Hi", "")).statusCode()).isEqualTo(503);
        assertThat(send("predict", asking("Hi", "")).statusCode()).isEqualTo(404);
        assertThat(send("generateContent", "{\"contents\":[]}").statusCode()).isEqualTo(400);
    }
}
