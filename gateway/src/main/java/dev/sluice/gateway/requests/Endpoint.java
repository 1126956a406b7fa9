package dev.sluice.gateway.requests;

import static dev.sluice.gateway.requests.Endpoint.Bodies.FORM;
import static dev.sluice.gateway.requests.Endpoint.Bodies.JSON;
import static dev.sluice.gateway.requests.Endpoint.Bodies.JSON_OR_FORM;

import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.gemini.GeminiEmbeddings;
import dev.sluice.protocol.media.Images;
import dev.sluice.protocol.media.Moderations;
import dev.sluice.protocol.media.RequestContent;
import dev.sluice.protocol.media.Reranking;
import dev.sluice.protocol.media.Speech;
import dev.sluice.protocol.media.Transcriptions;
import dev.sluice.protocol.openai.DeploymentPaths;
import dev.sluice.protocol.openai.OpenAiEmbeddings;
import dev.sluice.protocol.realtime.ConversationSize;
import dev.sluice.protocol.translate.Wire;
import dev.sluice.protocol.tuning.TuningRequest;
import dev.sluice.protocol.video.VideoAsked;
import dev.sluice.protocol.video.Videos;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A call to models that this listener serves: where, which endpoint family, and who reads its
/// requests. Adding one is a line in [#ALL].
public final class Endpoint {

    public static final Endpoint RESPONSES =
            conversation("/v1/responses", "responses", Wire.OPENAI_RESPONSES);
    public static final Endpoint GEMINI =
            conversation(GeminiContent.PATH, GeminiContent.FAMILY, Wire.GEMINI);

    public static final String VIDEOS = "/v1/videos";
    public static final String GENERATIONS = "/v1/video/generations";
    public static final String TUNING = "/v1/fine_tuning/jobs";

    /// Is no request with an answer: a session, in which each response is a call of its own.
    public static final Endpoint REALTIME =
            new Endpoint(
                    "/v1/realtime",
                    ConversationSize.FAMILY,
                    null,
                    (path, _) -> {
                        throw new IllegalStateException(path + " is not called with a body");
                    },
                    JSON);

    private static final Endpoint EMBED = embedding(GeminiContent.Verb.EMBED);
    private static final Endpoint EMBED_BATCH = embedding(GeminiContent.Verb.EMBED_BATCH);

    /// Everything that is served; the first of a family stands for it.
    public static final List<Endpoint> ALL =
            List.of(
                    conversation("/v1/chat/completions", "chat", Wire.OPENAI_CHAT),
                    json("/v1/embeddings", OpenAiEmbeddings.FAMILY, OpenAiEmbeddings::decode),
                    conversation("/v1/messages", "messages", Wire.ANTHROPIC_MESSAGES),
                    RESPONSES,
                    GEMINI,
                    EMBED,
                    EMBED_BATCH,
                    media("/v1/images/generations", Images.FAMILY, Images::generations, JSON),
                    media("/v1/images/edits", Images.FAMILY, Images::edits, JSON_OR_FORM),
                    media("/v1/images/variations", Images.FAMILY, Images::variations, FORM),
                    media("/v1/audio/speech", Speech.FAMILY, Speech::decode, JSON),
                    media(
                            "/v1/audio/transcriptions",
                            Transcriptions.FAMILY,
                            Transcriptions::decode,
                            FORM),
                    media(
                            "/v1/audio/translations",
                            Transcriptions.FAMILY,
                            Transcriptions::decode,
                            FORM),
                    media(VIDEOS, Videos.FAMILY, Videos::create, JSON_OR_FORM),
                    media(GENERATIONS, Videos.FAMILY, Videos::generations, JSON),
                    media(TUNING, TuningRequest.FAMILY, TuningRequest::decode, JSON),
                    media("/v1/moderations", Moderations.FAMILY, Moderations::decode, JSON),
                    media("/v1/rerank", Reranking.FAMILY, Reranking::decode, JSON));

    /// What the body of a request may be.
    public enum Bodies {
        JSON(true, false, "Send the request as application/json."),
        FORM(false, true, "Send the request as multipart/form-data."),
        JSON_OR_FORM(true, true, "Send the request as multipart/form-data or application/json.");

        private final boolean json;
        private final boolean form;
        private final String hint;

        Bodies(boolean json, boolean form, String hint) {
            this.json = json;
            this.form = form;
            this.hint = hint;
        }

        /// Whether a body of this type is taken; one whose type is not named is JSON.
        public boolean take(String contentType) {
            return MultipartReader.isForm(contentType)
                    ? form
                    : json && (contentType.isEmpty() || contentType.contains("json"));
        }

        public String hint() {
            return hint;
        }
    }

    private static final String VERSION = "/v1";

    private final String path;
    private final String family;
    private final @Nullable Wire wire;
    private final BiFunction<String, RequestContent, Decoded> decoder;
    private final Bodies bodies;
    private final @Nullable Job remixed;

    private Endpoint(
            String path,
            String family,
            @Nullable Wire wire,
            BiFunction<String, RequestContent, Decoded> decoder,
            Bodies bodies) {
        this(path, family, wire, decoder, bodies, null);
    }

    private Endpoint(
            String path,
            String family,
            @Nullable Wire wire,
            BiFunction<String, RequestContent, Decoded> decoder,
            Bodies bodies,
            @Nullable Job remixed) {
        this.path = path;
        this.family = family;
        this.wire = wire;
        this.decoder = decoder;
        this.bodies = bodies;
        this.remixed = remixed;
    }

    private static Endpoint conversation(String path, String family, Wire wire) {
        return new Endpoint(
                path, family, wire, (_, content) -> wire.decode(content.identity()), JSON);
    }

    private static Endpoint embedding(GeminiContent.Verb verb) {
        return new Endpoint(
                verb.path("{model}"),
                OpenAiEmbeddings.FAMILY,
                null,
                (path, content) ->
                        GeminiEmbeddings.decode(
                                GeminiContent.address(path).orElseThrow(), content.identity()),
                JSON);
    }

    private static Endpoint json(String path, String family, Function<byte[], Decoded> decoder) {
        return media(path, family, content -> decoder.apply(content.identity()), JSON);
    }

    private static Endpoint media(
            String path, String family, Function<RequestContent, Decoded> decoder, Bodies bodies) {
        return new Endpoint(path, family, null, (_, content) -> decoder.apply(content), bodies);
    }

    /// Where another version of a job's video is asked for.
    public static Endpoint remix(Job of) {
        return new Endpoint(
                VIDEOS + "/" + of.id() + "/remix",
                Videos.FAMILY,
                null,
                (_, content) -> Videos.remix(content, of.model(), VideoAsked.of(of.asked())),
                JSON,
                of);
    }

    public String path() {
        return path;
    }

    /// Whether its calls begin jobs, which go on after they were answered.
    public boolean isJob() {
        return family.equals(Videos.FAMILY) || isTuning();
    }

    /// Whether its calls train models.
    public boolean isTuning() {
        return family.equals(TuningRequest.FAMILY);
    }

    /// The job whose video another version is made of; null for every other call.
    public @Nullable Job remixed() {
        return remixed;
    }

    /// What keys and quotas, reports and metrics know its calls by.
    public String family() {
        return family;
    }

    public Bodies bodies() {
        return bodies;
    }

    /// The dialect of the conversation; null where there is none to be translated.
    public @Nullable Wire wire() {
        return wire;
    }

    /// Where an upstream has it that speaks the same, below its base URL.
    String upstreamPath() {
        return path.substring(VERSION.length());
    }

    /// Reads a request; throws the fault of a bad one.
    ///
    /// @param requestPath as it was called: some say the model
    public Decoded decode(String requestPath, RequestContent content) {
        return decoder.apply(requestPath, content);
    }

    /// The name of the wire format, as upstreams speak it.
    String dialect() {
        Wire wire = wire();
        return wire == null ? Wire.OPENAI_CHAT.id() : wire.id();
    }

    /// Whose conversations are in this dialect.
    static Endpoint of(Wire wire) {
        return ALL.stream().filter(endpoint -> endpoint.wire() == wire).findFirst().orElseThrow();
    }

    /// The body of a request together with what its path says of it.
    public byte[] addressed(String requestPath, byte[] body) {
        return this == GEMINI
                ? GeminiContent.address(requestPath)
                        .map(address -> GeminiContent.addressed(body, address))
                        .orElse(body)
                : DeploymentPaths.deployment(requestPath)
                        .map(deployment -> DeploymentPaths.addressed(body, deployment))
                        .orElse(body);
    }

    public static Optional<Endpoint> ofPath(String asked) {
        String path = DeploymentPaths.plain(asked);
        Optional<GeminiContent.Address> address = GeminiContent.address(path);
        if (address.isPresent()) {
            return switch (address.get().verb()) {
                case COUNT -> Optional.empty();
                case GENERATE, STREAM -> Optional.of(GEMINI);
                case EMBED -> Optional.of(EMBED);
                case EMBED_BATCH -> Optional.of(EMBED_BATCH);
            };
        }
        for (Endpoint endpoint : ALL) {
            if (endpoint.path.equals(path)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
