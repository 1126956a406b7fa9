package dev.sluice.simulator.openai;

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
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/chat/completions`, `/v1/embeddings`, `/v1/images`, `/v1/models`.
public final class OpenAiDialect implements Dialect {

    private static final String CHAT = "/v1/chat/completions";
    private static final String EMBEDDINGS = "/v1/embeddings";
    private static final String MODELS = "/v1/models";
    private static final String IMAGES = "/v1/images/";
    private static final Set<String> POSTS =
            Set.of(
                    CHAT,
                    EMBEDDINGS,
                    IMAGES + "generations",
                    IMAGES + "edits",
                    IMAGES + "variations");

    private final Models models;
    private final PrefixMemory memory;

    public OpenAiDialect(Models models, PrefixMemory memory) {
        this.models = models;
        this.memory = memory;
    }

    @Override
    public boolean serves(Route route) {
        return route.method().equals("POST")
                ? POSTS.contains(route.path())
                : route.method().equals("GET") && route.under(MODELS);
    }

    @Override
    public Asked read(Inbound request) {
        String path = request.route().path();
        if (path.startsWith(IMAGES)) {
            return new AskedImages(ImageRequest.read(request));
        }
        return switch (path) {
            case CHAT -> new AskedChat(ChatRequest.read(request.body()), request.account());
            case EMBEDDINGS -> new AskedEmbeddings(Embeddings.read(request.body()));
            default -> new AskedModels(request.route().below(MODELS));
        };
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    private Model model(String id) {
        return model(models, id);
    }

    static Model model(Models models, String id) {
        return models.find(id)
                .orElseThrow(() ->
                        new RefusedException(
                                404,
                                "model_not_found",
                                "The model `%s` does not exist or you do not have access to it."
                                        .formatted(id)));
    }

    /// A model that answers with text.
    static Model chatModel(Models models, String id) {
        Model model = model(models, id);
        if (!model.talks()) {
            throw Json.bad("This is not a chat model: it is not supported on this endpoint.");
        }
        return model;
    }

    private final class AskedChat implements Asked {
        private final ChatRequest request;
        private final String account;

        AskedChat(ChatRequest request, String account) {
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
            Model model = chatModel(models, request.model());
            ChatPlan plan = ChatPlan.of(request, directives, model, memory, account);
            return request.stream() ? ChatFrames.of(plan) : ChatPlain.of(plan);
        }
    }

    private final class AskedEmbeddings implements Asked {
        private final Embeddings request;

        AskedEmbeddings(Embeddings request) {
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
            Model model = OpenAiDialect.this.model(request.model());
            if (!model.embeds()) {
                throw Json.bad("You are not allowed to generate embeddings from this model.");
            }
            return request.answer(model, directives);
        }
    }

    private final class AskedImages implements Asked {
        private final ImageRequest request;

        AskedImages(ImageRequest request) {
            this.request = request;
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
            Model model = OpenAiDialect.this.model(request.model());
            if (!model.draws()) {
                throw Json.bad("The model '" + request.model() + "' makes no images.");
            }
            ImageAnswer answer =
                    new ImageAnswer(
                            request.of(model), model.kind() == Models.Kind.IMAGES, directives);
            return request.stream() ? answer.stream() : answer.plain();
        }
    }

    private final class AskedModels implements Asked {
        /// Empty for the whole list.
        private final String id;

        AskedModels(String id) {
            this.id = id;
        }

        @Override
        public Answer answer(Directives directives) {
            ObjectNode out;
            if (id.isEmpty()) {
                out = Json.object().put("object", "list");
                ArrayNode data = out.putArray("data");
                models.list().forEach(model -> data.add(entry(model)));
            } else {
                out = entry(OpenAiDialect.this.model(id));
            }
            return new Answer.Plain(200, out.toString(), TrueUsage.NONE, null);
        }

        private static ObjectNode entry(Model model) {
            return Json.object()
                    .put("id", model.id())
                    .put("object", "model")
                    .put("created", 1_767_225_600L)
                    .put("owned_by", "simulator");
        }
    }
}
