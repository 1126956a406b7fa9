package dev.sluice.app.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.app.smoke.Event;
import dev.sluice.app.smoke.Speech;
import dev.sluice.app.smoke.StreamEnd;
import dev.sluice.app.smoke.Tokens;
import dev.sluice.app.smoke.ToolCall;
import dev.sluice.catalog.Capability;
import dev.sluice.catalog.Cassette;
import dev.sluice.catalog.Cassette.Take;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.protocol.translate.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Plays cassettes through a running installation: an upstream of the provider's entry at the
/// address of a scripted provider, and clients of every dialect that can reach it.
final class Player implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String CREDENTIAL = "test-key";

    private final Installation installation;
    private final CassetteUpstream provider = new CassetteUpstream();
    private final String key;
    private final Set<String> made = new HashSet<>();

    /// A call whose row in the request log is still to be looked at.
    private record Played(String requestId, Take take, String client) {}

    Player(Installation installation) {
        this.installation = installation;
        installation.topUp("1000.00");
        key = installation.key("conformance", "conformance", "development");
    }

    /// Plays every take with every client and judges answer, usage and charge; returns how many
    /// calls that were.
    int play(ProviderEntry entry, Cassette cassette) throws Exception {
        List<Played> played = new ArrayList<>();
        String begun = "";
        for (Take take : cassette.takes()) {
            String model = model(entry, cassette, take);
            provider.plays(take);
            if (take.capability().filter(c -> c == Capability.VIDEO).isPresent()) {
                if (take.expected().containsKey("job")) {
                    begun = begin(take, model);
                } else {
                    checkAsked(take.name(), take);
                    played.add(new Played(begun, take, "videos"));
                }
                continue;
            }
            if (take.expected().containsKey("vectors")
                    || !Objects.requireNonNull(entry.dialects().get(take.dialect()))
                            .families()
                            .keySet()
                            .stream()
                            .anyMatch(family -> !family.equals("embeddings"))) {
                played.add(embed(take, model));
                continue;
            }
            for (Speech client : Speech.ALL) {
                boolean reaches =
                        Wire.ofId(client.dialect())
                                .orElseThrow()
                                .toward(List.of(take.dialect()))
                                .isPresent();
                if (reaches) {
                    played.add(converse(take, model, client));
                }
            }
        }
        for (Played call : played) {
            checkLog(call);
        }
        return played.size();
    }

    /// The public name of a take's model; its upstream and itself are made when they are missing.
    private String model(ProviderEntry entry, Cassette cassette, Take take) {
        String upstream = entry.id() + "-" + take.dialect();
        String name = upstream + "-" + take.model();
        if (made.add(upstream)) {
            String base =
                    entry.address(cassette.region(), cassette.settings())
                            .map(url -> URI.create(url).getRawPath())
                            .orElse("/v1");
            ObjectNode body =
                    JSON.createObjectNode()
                            .put("name", upstream)
                            .put("provider", entry.id())
                            .put("base_url", provider.origin() + base)
                            .put("credential", CREDENTIAL);
            body.putArray("dialects").add(take.dialect());
            if (cassette.region() != null) {
                body.put("region", cassette.region());
            }
            if (!cassette.settings().isEmpty()) {
                ObjectNode settings = body.putObject("settings");
                cassette.settings().forEach(settings::put);
            }
            installation.admin("POST", "/admin/v1/upstreams", body.toString());
        }
        if (made.add(name)) {
            ObjectNode body = JSON.createObjectNode().put("name", name);
            body.putArray("targets")
                    .addObject()
                    .put("upstream", upstream)
                    .put("model", take.model());
            body.set("price", JSON.readTree(Cassette.PRICE));
            installation.admin("POST", "/admin/v1/models", body.toString());
        }
        return name;
    }

    private HttpResponse<String> post(String url, Map<String, String> headers, JsonNode body)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        return installation.http().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Begins a job; the take after it is what a look at it answers.
    private String begin(Take take, String model) throws Exception {
        ObjectNode body =
                JSON.createObjectNode()
                        .put("model", model)
                        .put("prompt", "A boat.")
                        .put("seconds", "4")
                        .put("size", "1280x720");
        HttpResponse<String> answer =
                post(
                        installation.baseUrl() + "/v1/videos",
                        Map.of("authorization", "Bearer " + key),
                        body);
        assertThat(answer.statusCode()).as(take.name() + answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("status").asString())
                .as(take.name())
                .isEqualTo(take.expected().get("job"));
        checkAsked(take.name(), take);
        return requestId(answer);
    }

    private Played embed(Take take, String model) throws Exception {
        ObjectNode body = JSON.createObjectNode().put("model", model).put("input", "Hello.");
        HttpResponse<String> answer =
                post(
                        installation.baseUrl() + "/v1/embeddings",
                        Map.of("authorization", "Bearer " + key),
                        body);
        String where = take.name();
        checkAsked(where, take);
        String vectors = take.expected().get("vectors");
        if (vectors != null) {
            assertThat(answer.statusCode()).as(where + answer.body()).isEqualTo(200);
            JsonNode data = JSON.readTree(answer.body()).path("data");
            String size = data.size() + "x" + data.at("/0/embedding").size();
            assertThat(size).as(where).isEqualTo(vectors);
        } else {
            checkStatus(where, take, answer);
        }
        return new Played(requestId(answer), take, "embeddings");
    }

    private Played converse(Take take, String model, Speech client) throws Exception {
        String where = take.name() + " for a client of " + client.dialect() + ": ";
        ObjectNode question = client.text(model, "Say hello.", 64);
        if (take.capability().filter(c -> c == Capability.TOOLS).isPresent()) {
            question = client.withTool(question);
        }
        if (take.isStream()) {
            question = client.streamed(question);
        }
        Map<String, String> headers = new TreeMap<>(client.headers());
        headers.put(client.credential().getKey(), client.credential().getValue() + key);
        HttpResponse<String> answer =
                post(
                        client.url(installation.baseUrl() + "/v1", model, take.isStream()),
                        headers,
                        question);
        checkAsked(where, take);
        if (take.expected().containsKey("fault")) {
            checkStatus(where, take, answer);
            assertThat(client.errorMessage(JSON.readTree(answer.body()))).as(where).isNotBlank();
        } else {
            assertThat(answer.statusCode()).as(where + answer.body()).isEqualTo(200);
            checkAnswer(where, take, client, answer.body());
        }
        return new Played(requestId(answer), take, client.dialect());
    }

    private static void checkStatus(String where, Take take, HttpResponse<String> answer) {
        assertThat(String.valueOf(answer.statusCode()))
                .as(where + answer.body())
                .isEqualTo(take.expected().get("status"));
    }

    private static String requestId(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("x-request-id")
                .or(() -> answer.headers().firstValue("request-id"))
                .orElseThrow(() -> new AssertionError("no request id: " + answer.body()));
    }

    private void checkAsked(String where, Take take) throws InterruptedException {
        CassetteUpstream.Arrived asked = provider.awaitArrived();
        assertThat(asked.method() + " " + asked.uri())
                .as(where + "the request")
                .isEqualTo(take.asked().method() + " " + take.asked().uri());
        take.asked()
                .headers()
                .forEach((name, value) ->
                        assertThat(asked.headers().get(name)).as(where + name).isEqualTo(value));
        JsonNode body = JSON.readTree(asked.body());
        take.asked()
                .body()
                .forEach((pointer, json) -> {
                    JsonNode stands = body.at(pointer);
                    if (json == null) {
                        assertThat(stands.isMissingNode())
                                .as(where + pointer + " in " + asked.body())
                                .isTrue();
                    } else {
                        assertThat(stands)
                                .as(where + pointer + " in " + asked.body())
                                .isEqualTo(JSON.readTree(json));
                    }
                });
    }

    private static void checkAnswer(String where, Take take, Speech client, String body) {
        String text;
        @Nullable ToolCall call;
        @Nullable Tokens usage;
        if (take.isStream()) {
            StreamEnd end = client.end(Event.split(body));
            assertThat(end.problem()).as(where + body).isNull();
            assertThat(end.ended()).as(where + "the stream is complete: " + body).isTrue();
            text = end.text();
            call = end.call();
            usage = end.usage();
        } else {
            JsonNode answer = JSON.readTree(body);
            text = client.textOf(answer);
            call = client.toolCall(answer);
            usage = client.usage(answer);
        }
        String wantedText = take.expected().get("text");
        if (wantedText != null) {
            assertThat(text).as(where + body).isEqualTo(wantedText);
        }
        String tool = take.expected().get("tool");
        if (tool != null) {
            assertThat(call).as(where + "a call in " + body).isNotNull();
            assertThat(Objects.requireNonNull(call).name() + " " + call.arguments())
                    .as(where)
                    .isEqualTo(tool);
        }
        String finish = Objects.requireNonNull(take.expected().get("finish"));
        assertThat(body).as(where).containsPattern(finish(client.dialect(), finish));
        String thought = take.expected().get("thought");
        if (thought != null && !client.dialect().equals("openai-responses")) {
            assertThat(body).as(where).contains(thought);
        }
        Map<String, Long> meters = meters(take);
        long input =
                meters.entrySet().stream()
                        .filter(meter -> !isOutput(meter.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        long output =
                meters.entrySet().stream()
                        .filter(meter -> isOutput(meter.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        assertThat(usage).as(where + body).isNotNull();
        assertThat(Objects.requireNonNull(usage).input()).as(where + "input").isEqualTo(input);
        if (!take.name().startsWith("reasoning") || client.dialect().equals("gemini")) {
            assertThat(usage.output()).as(where + "output").isEqualTo(output);
        }
    }

    /// How an answer says why it ended, in each dialect.
    ///
    /// @param finish in the words of chat
    private static String finish(String dialect, String finish) {
        boolean tool = finish.equals("tool_calls");
        assertThat(finish).isIn("stop", "tool_calls");
        return switch (dialect) {
            case "openai-chat" -> "\"finish_reason\": ?\"" + finish + "\"";
            case "openai-responses" -> "\"status\": ?\"completed\"";
            case "anthropic-messages" ->
                    "\"stop_reason\": ?\"" + (tool ? "tool_use" : "end_turn") + "\"";
            default -> "\"finishReason\": ?\"STOP\"";
        };
    }

    private static boolean isOutput(String meter) {
        return meter.equals("output_tokens") || meter.equals("reasoning_tokens");
    }

    private static Map<String, Long> meters(Take take) {
        Map<String, Long> meters = new TreeMap<>();
        for (String pair : take.expected().getOrDefault("usage", "").split(" ", -1)) {
            if (!pair.isEmpty()) {
                String[] sides = pair.split("=", -1);
                meters.put(sides[0], Long.valueOf(sides[1]));
            }
        }
        return meters;
    }

    private void checkLog(Played call) {
        String where = call.take().name() + " for a client of " + call.client() + ": ";
        JsonNode row =
                installation.await(
                        "/admin/v1/requests/" + call.requestId(),
                        node -> node.path("state").asString("").equals("settled"));
        String fault = call.take().expected().get("fault");
        if (fault != null) {
            assertThat(row.path("error_code").asString("")).as(where + row).isEqualTo(fault);
            assertThat(row.path("cost_usd").asString("")).as(where).isEqualTo("0");
            return;
        }
        JsonNode attempt = row.path("attempts").path(row.path("attempts").size() - 1);
        Map<String, Long> meters = new TreeMap<>();
        attempt.path("meters")
                .properties()
                .forEach(meter -> meters.put(meter.getKey(), meter.getValue().asLong()));
        meters.remove("requests");
        assertThat(meters).as(where + row).isEqualTo(meters(call.take()));
        assertThat(row.path("estimated").asBoolean()).as(where + "estimated").isFalse();
        assertThat(row.path("cost_usd").asString(""))
                .as(where + "charge")
                .isEqualTo(call.take().expected().get("charge"));
        String providersId = call.take().expected().get("request_id");
        if (providersId != null) {
            assertThat(attempt.path("provider_request_id").asString(""))
                    .as(where + "the provider's id")
                    .isEqualTo(providersId);
        }
    }

    @Override
    public void close() {
        provider.close();
    }
}
