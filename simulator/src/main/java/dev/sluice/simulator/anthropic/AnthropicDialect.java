package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/// `/v1/messages`, `/v1/messages/count_tokens`, and `/v1/models` for whoever sends
/// `anthropic-version`.
public final class AnthropicDialect implements Dialect {

    private static final String MESSAGES = "/v1/messages";
    private static final String COUNT = MESSAGES + "/count_tokens";
    private static final String MODELS = "/v1/models";
    private static final String VERSION = "anthropic-version";

    private final Models models;
    private final PrefixMemory memory;
    private final InstantSource clock;

    public AnthropicDialect(Models models, PrefixMemory memory, InstantSource clock) {
        this.models = models;
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public boolean serves(Route route) {
        return route.under(MESSAGES) || (route.under(MODELS) && route.headers().contains(VERSION));
    }

    @Override
    public String key(Route route) {
        String own = route.header("x-api-key");
        return own.isEmpty() ? route.bearer() : own;
    }

    @Override
    public Map<String, String> headers(String requestId, int status) {
        Map<String, String> headers = new HashMap<>();
        headers.put("request-id", requestId);
        String left = status == 429 ? "0" : "999";
        String reset = clock.instant().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS).toString();
        for (String what : new String[] {"requests", "tokens", "input-tokens", "output-tokens"}) {
            headers.put("anthropic-ratelimit-" + what + "-limit", "1000");
            headers.put("anthropic-ratelimit-" + what + "-remaining", left);
            headers.put("anthropic-ratelimit-" + what + "-reset", reset);
        }
        return headers;
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        if (!route.headers().contains(VERSION)) {
            throw Json.bad("anthropic-version: header is required");
        }
        if (route.is("POST", MESSAGES)) {
            MessagesRequest read = MessagesRequest.read(request.body(), false);
            return new AskedMessage(read, request.account());
        }
        if (route.is("POST", COUNT)) {
            return new AskedCount(MessagesRequest.read(request.body(), true));
        }
        if (route.method().equals("GET") && route.under(MODELS)) {
            return new AskedModels(models, route);
        }
        throw new RefusedException(404, "", "Not found");
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    private Model model(String id) {
        Model model =
                models.find(id).orElseThrow(() -> new RefusedException(404, "", "model: " + id));
        if (!model.talks()) {
            throw Json.bad("model: " + id + " does not answer messages");
        }
        return model;
    }

    private final class AskedMessage implements Asked {
        private final MessagesRequest request;
        private final String account;

        AskedMessage(MessagesRequest request, String account) {
            this.request = request;
            this.account = account;
        }

        @Override
        public String model() {
            return request.model();
        }

        @Override
        public boolean stream() {
            return request.stream();
        }

        @Override
        public Directives directives() {
            return request.directives();
        }

        @Override
        public Answer answer(Directives directives) {
            Model model = AnthropicDialect.this.model(request.model());
            MessagePlan plan = MessagePlan.of(request, directives, model, memory, account);
            return request.stream() ? MessageFrames.of(plan) : plan.plain();
        }
    }

    /// The count of a prompt: free, and what a call with it would be charged for.
    private final class AskedCount implements Asked {
        private final MessagesRequest request;

        AskedCount(MessagesRequest request) {
            this.request = request;
        }

        @Override
        public String model() {
            return request.model();
        }

        @Override
        public Directives directives() {
            return request.directives();
        }

        @Override
        public Answer answer(Directives directives) {
            Model unused = AnthropicDialect.this.model(request.model());
            long tokens = MessagesPrompt.of(request, 0).tokens();
            String json = Json.object().put("input_tokens", tokens).toString();
            return new Answer.Plain(200, json, TrueUsage.NONE, null);
        }
    }
}
