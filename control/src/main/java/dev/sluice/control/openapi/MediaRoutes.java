package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import java.util.List;

/// The endpoints for pictures, sound, judgements about texts and, as Gemini has them, vectors.
final class MediaRoutes {

    private static final String FORM = "multipart/form-data";

    private static final Shape PICTURE_REQUEST =
            Shape.object("ImageRequest")
                    .text("model", "a public name")
                    .text("prompt", "what to draw")
                    .whole("n", "how many, at most 10")
                    .text("size", "`1024x1024`, or what the model takes")
                    .text("quality", "as the model has it")
                    .flag("stream", "server-sent events with previews")
                    .whole("partial_images", "previews of each picture, at most 3")
                    .require("model", "prompt")
                    .others();
    private static final Shape EDIT_REQUEST =
            Shape.object("ImageEditRequest")
                    .text("model", "a public name")
                    .text("prompt", "what to change")
                    .any("images", "list of {image_url} or {file_id}; files of a form as `image`")
                    .whole("n", "how many, at most 10")
                    .flag("stream", "server-sent events with previews")
                    .require("model", "prompt")
                    .others();
    private static final Shape MEDIA_USAGE =
            Shape.object("MediaUsage")
                    .whole("input_tokens", "of text and pictures")
                    .whole("output_tokens", "of pictures")
                    .whole("total_tokens", "of both")
                    .others();
    private static final Shape PICTURES =
            Shape.object("ImageList")
                    .whole("created", "seconds since 1970")
                    .any("data", "list of {b64_json} or {url}")
                    .nested("usage", MEDIA_USAGE, "what the provider counted, where it counts")
                    .others();
    private static final Shape SPEECH_REQUEST =
            Shape.object("SpeechRequest")
                    .text("model", "a public name")
                    .text("input", "what to say")
                    .any("voice", "as the model has it")
                    .text("response_format", "as the model has it")
                    .text("stream_format", "`audio`, or `sse` for events")
                    .require("model", "input")
                    .others();
    private static final Shape TRANSCRIPT =
            Shape.object("Transcript")
                    .text("text", "what was heard")
                    .any("usage", "tokens or seconds, as the provider counts")
                    .others();
    private static final Shape MODERATION_REQUEST =
            Shape.object("ModerationRequest")
                    .text("model", "a public name")
                    .any("input", "a text, texts, or parts with text or pictures")
                    .require("model", "input")
                    .others();
    private static final Shape MODERATION =
            Shape.object("Moderation")
                    .text("model", "the upstream's name of it")
                    .any("results", "one for each input: {flagged, categories, category_scores}")
                    .others();
    private static final Shape RERANK_REQUEST =
            Shape.object("RerankRequest")
                    .text("model", "a public name")
                    .text("query", "the question")
                    .any("documents", "texts or objects, at most 10,000")
                    .whole("top_n", "how many of them are wanted")
                    .require("model", "query", "documents")
                    .others();
    private static final Shape RANKING =
            Shape.object("Ranking")
                    .any("results", "list of {index, relevance_score}, best first")
                    .others();

    private static final Shape EMBED =
            Shape.object("EmbedContentRequest")
                    .any("content", "{parts} of text")
                    .whole("outputDimensionality", "how long the vector shall be")
                    .require("content")
                    .others();
    private static final Shape EMBEDDED =
            Shape.object("EmbedContentResponse").any("embedding", "{values}").others();
    private static final Shape EMBED_BATCH =
            Shape.object("BatchEmbedContentsRequest")
                    .any("requests", "list of {model, content}")
                    .require("requests")
                    .others();
    private static final Shape EMBEDDED_BATCH =
            Shape.object("BatchEmbedContentsResponse")
                    .any("embeddings", "list of {values}")
                    .others();

    static final List<Foreign> ALL =
            List.of(
                    Foreign.post(
                            "/v1/images/generations",
                            RouteDoc.of("models", "Pictures of a text")
                                    .takes(PICTURE_REQUEST)
                                    .answers(200, PICTURES)
                                    .answersType("text/event-stream")),
                    Foreign.post(
                            "/v1/images/edits",
                            RouteDoc.of("models", "Pictures made of pictures")
                                    .takes(EDIT_REQUEST)
                                    .takesType(FORM)
                                    .answers(200, PICTURES)
                                    .answersType("text/event-stream")),
                    Foreign.post(
                            "/v1/images/variations",
                            RouteDoc.of("models", "Pictures like the one that is given")
                                    .takesType(FORM)
                                    .answers(200, PICTURES)),
                    Foreign.post(
                            "/v1/audio/speech",
                            RouteDoc.of("models", "A text read aloud")
                                    .takes(SPEECH_REQUEST)
                                    .answersType("audio/*")
                                    .answersType("text/event-stream")),
                    Foreign.post("/v1/audio/transcriptions", heard("Sound written down")),
                    Foreign.post("/v1/audio/translations", heard("Sound written down in English")),
                    Foreign.post(
                            "/v1beta/models/{model}:embedContent",
                            RouteDoc.of("models", "A vector, as Gemini has it")
                                    .takes(EMBED)
                                    .answers(200, EMBEDDED)),
                    Foreign.post(
                            "/v1beta/models/{model}:batchEmbedContents",
                            RouteDoc.of("models", "Vectors, as Gemini has them")
                                    .takes(EMBED_BATCH)
                                    .answers(200, EMBEDDED_BATCH)),
                    Foreign.post(
                            "/v1/moderations",
                            RouteDoc.of("models", "Whether something is harmful")
                                    .takes(MODERATION_REQUEST)
                                    .answers(200, MODERATION)),
                    Foreign.post(
                            "/v1/rerank",
                            RouteDoc.of("models", "Documents in the order in which they fit")
                                    .takes(RERANK_REQUEST)
                                    .answers(200, RANKING)));

    private MediaRoutes() {}

    private static RouteDoc heard(String summary) {
        return RouteDoc.of("models", summary)
                .takesType(FORM)
                .answers(200, TRANSCRIPT)
                .answersType("text/plain")
                .answersType("text/event-stream");
    }
}
