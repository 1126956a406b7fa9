package dev.sluice.simulator.openai;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Kind;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/moderations` and `/v1/rerank`: judgements about texts. Harmful is what has `harm` in it; a
/// document fits a question by chance, but always the same.
public final class JudgingDialect implements Dialect {

    private static final String MODERATIONS = "/v1/moderations";
    private static final String RERANK = "/v1/rerank";
    private static final int DOCUMENTS_PER_SEARCH = 100;

    private static final List<String> CATEGORIES =
            List.of(
                    "harassment",
                    "harassment/threatening",
                    "hate",
                    "hate/threatening",
                    "illicit",
                    "illicit/violent",
                    "self-harm",
                    "self-harm/instructions",
                    "self-harm/intent",
                    "sexual",
                    "sexual/minors",
                    "violence",
                    "violence/graphic");

    private final Models models;

    public JudgingDialect(Models models) {
        this.models = models;
    }

    @Override
    public boolean serves(Route route) {
        return route.is("POST", MODERATIONS) || route.is("POST", RERANK);
    }

    @Override
    public Asked read(Inbound request) {
        JsonNode root = Json.body(request.body());
        return new AskedJudgement(root, request.route().path().equals(RERANK));
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    private final class AskedJudgement implements Asked {
        private final JsonNode root;
        private final boolean ranks;
        private final String asked;

        AskedJudgement(JsonNode root, boolean ranks) {
            this.root = root;
            this.ranks = ranks;
            this.asked = Json.text(root, "model");
        }

        @Override
        public String model() {
            return Directives.bareModel(asked);
        }

        @Override
        public Directives directives() {
            return Directives.ofModel(asked).plus(Directives.inText(Json.text(root, "query")));
        }

        @Override
        public Answer answer(Directives directives) {
            Model model = OpenAiDialect.model(models, model());
            if (!ranks) {
                if (model.kind() != Kind.MODERATES) {
                    throw Json.bad("The model '" + model.id() + "' does not moderate.");
                }
                return moderated(model);
            }
            if (model.kind() != Kind.RANKS && model.kind() != Kind.RANKS_BY_TOKENS) {
                throw Json.bad("The model '" + model.id() + "' does not rank.");
            }
            return ranked(model);
        }

        private Answer moderated(Model model) {
            ObjectNode out = Json.object().put("id", "modr-sim").put("model", model.id());
            ArrayNode results = out.putArray("results");
            JsonNode input = root.path("input");
            for (JsonNode one : input.isArray() ? input : List.of(input)) {
                boolean harm = one.toString().contains("harm");
                ObjectNode result = results.addObject().put("flagged", harm);
                ObjectNode categories = result.putObject("categories");
                ObjectNode scores = result.putObject("category_scores");
                ObjectNode types = result.putObject("category_applied_input_types");
                for (String category : CATEGORIES) {
                    boolean flagged = harm && category.equals("violence");
                    categories.put(category, flagged);
                    scores.put(category, flagged ? 0.97 : 0.01);
                    types.putArray(category).add("text");
                }
            }
            return new Answer.Plain(200, out.toString(), TrueUsage.NONE, null);
        }

        private Answer ranked(Model model) {
            String query = Json.text(root, "query");
            JsonNode documents = root.path("documents");
            if (query.isEmpty() || documents.isEmpty()) {
                throw Json.bad("query and documents are required");
            }
            List<Integer> order = new ArrayList<>();
            long tokens = 0;
            for (int i = 0; i < documents.size(); i++) {
                order.add(i);
                tokens += Tokens.count(query) + Tokens.count(documents.get(i).toString());
            }
            order.sort(Comparator.comparingInt(i -> -score(query, documents.get(i))));
            long top = Json.integer(root, "top_n", documents.size(), 1, Integer.MAX_VALUE);
            ObjectNode out = Json.object().put("id", "rerank-sim").put("model", model.id());
            ArrayNode results = out.putArray("results");
            order.stream()
                    .limit(top)
                    .forEach(i ->
                            results.addObject()
                                    .put("index", i)
                                    .put(
                                            "relevance_score",
                                            score(query, documents.get(i)) / 1_000.0));
            return counted(model, documents.size(), tokens, out);
        }

        private static Answer counted(Model model, int documents, long tokens, ObjectNode out) {
            if (model.kind() == Kind.RANKS) {
                long searches = Math.ceilDiv(documents, DOCUMENTS_PER_SEARCH);
                ObjectNode units = out.putObject("meta").putObject("billed_units");
                units.put("search_units", (double) searches);
                TrueUsage used =
                        TrueUsage.NONE.counting(Usage.of(MeterKind.SEARCHES, searches), Map.of());
                return new Answer.Plain(200, out.toString(), used, units.toString());
            }
            ObjectNode usage = out.putObject("usage").put("total_tokens", tokens);
            TrueUsage used = TrueUsage.ofPrompt(tokens);
            return new Answer.Plain(200, out.toString(), used, usage.toString());
        }

        private static int score(String query, JsonNode document) {
            return Math.toIntExact(
                    Math.floorMod(Seed.of(query + document.toString()).number(), 1_000L));
        }
    }
}
