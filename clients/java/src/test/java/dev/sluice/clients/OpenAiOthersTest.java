package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import com.openai.models.moderations.ModerationCreateParams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Everything else that OpenAI's SDK asks and Sluice serves.
class OpenAiOthersTest {

    private static final byte[] PNG =
            Base64.getDecoder()
                    .decode(
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    @Test
    void embeddings() {
        try (Talk talk = new Talk()) {
            CreateEmbeddingResponse answer =
                    OpenAi.client(talk)
                            .embeddings()
                            .create(
                                    EmbeddingCreateParams.builder()
                                            .model("sim-embed")
                                            .inputOfArrayOfStrings(
                                                    List.of(talk.ask("one"), talk.ask("two")))
                                            .build());
            assertThat(answer.data()).hasSize(2);
            assertThat(answer.data().get(0).embedding()).isNotEmpty();
            assertThat(answer.data().get(0).embedding())
                    .isNotEqualTo(answer.data().get(1).embedding());
            assertThat(answer.usage().promptTokens()).isPositive();
        }
    }

    @Test
    void pictures() {
        try (Talk talk = new Talk()) {
            ImagesResponse answer =
                    OpenAi.client(talk)
                            .images()
                            .generate(
                                    ImageGenerateParams.builder()
                                            .model("sim-image")
                                            .prompt(talk.ask("A boat"))
                                            .n(2)
                                            .quality(ImageGenerateParams.Quality.LOW)
                                            .size(ImageGenerateParams.Size._1024X1024)
                                            .build());
            assertThat(answer.data().orElseThrow()).hasSize(2);
            assertThat(answer.data().get().get(0).b64Json().orElseThrow()).isNotBlank();
            assertThat(answer.usage().orElseThrow().outputTokens()).isPositive();
        }
    }

    @Test
    void anEditedPicture() {
        try (Talk talk = new Talk()) {
            ImagesResponse answer =
                    OpenAi.client(talk)
                            .images()
                            .edit(
                                    ImageEditParams.builder()
                                            .model("sim-image")
                                            .prompt(talk.ask("Make it grün"))
                                            .image(file(PNG, "a.png", "image/png", ImageEditParams.Image::ofInputStream))
                                            .build());
            assertThat(answer.data().orElseThrow()).hasSize(1);
            assertThat(talk.upstreamCalls().get(0).at("/produced/image_input_tokens").asLong())
                    .isPositive();
        }
    }

    private static <T> MultipartField<T> file(
            byte[] content,
            String name,
            String type,
            java.util.function.Function<InputStream, T> as) {
        return MultipartField.<T>builder()
                .value(as.apply(new ByteArrayInputStream(content)))
                .filename(name)
                .contentType(type)
                .build();
    }

    @Test
    void speechAndItsTranscription() throws IOException {
        try (Talk talk = new Talk().rows(2)) {
            OpenAIClient client = OpenAi.client(talk);
            byte[] sound;
            try (HttpResponse spoken =
                    client.audio()
                            .speech()
                            .create(
                                    SpeechCreateParams.builder()
                                            .model("sim-speech")
                                            .voice(SpeechCreateParams.Voice.UnionMember1.ALLOY)
                                            .input(talk.ask("How long is this?"))
                                            .build())) {
                sound = spoken.body().readAllBytes();
            }
            assertThat(sound).startsWith('R', 'I', 'F', 'F');
            String heard =
                    client.audio()
                            .transcriptions()
                            .create(
                                    TranscriptionCreateParams.builder()
                                            .model("sim-whisper")
                                            .prompt(talk.ask("a hum"))
                                            .file(
                                                    MultipartField.<InputStream>builder()
                                                            .value(new ByteArrayInputStream(sound))
                                                            .filename("hum.wav")
                                                            .contentType("audio/wav")
                                                            .build())
                                            .build())
                            .asTranscription()
                            .text();
            assertThat(heard).isNotBlank();
        }
    }

    @Test
    void moderations() {
        try (Talk talk = new Talk()) {
            assertThat(
                            OpenAi.client(talk)
                                    .moderations()
                                    .create(
                                            ModerationCreateParams.builder()
                                                    .model("sim-moderation")
                                                    .input(talk.ask("peace"))
                                                    .build())
                                    .results())
                    .hasSize(1);
        }
    }

    @Test
    void models() {
        try (Talk talk = new Talk().rows(0)) {
            assertThat(OpenAi.client(talk).models().list().data().stream().map(one -> one.id()))
                    .contains("sim-chat", "sim-embed");
        }
    }
}
