package dev.sluice.protocol.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.media.RequestContent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a job that trains a model may cost, by its request, and what its provider says it did.
class TuningRequestTest {

    private static final String LINE = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";

    private static TuningRequest decode(String more, String content) {
        String data = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        String body =
                """
                {"model":"m","training_file":{"file_id":"f","filename":"a.jsonl","data":"%s"}%s}
                """
                        .formatted(data, more);
        return TuningRequest.decode(new RequestContent.Json(body.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 50",
                ",\"hyperparameters\":{} | 50",
                ",\"hyperparameters\":{\"n_epochs\":\"auto\"} | 50",
                ",\"hyperparameters\":{\"n_epochs\":3} | 3",
                ",\"method\":{\"type\":\"supervised\"} | 50",
                ",\"method\":{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":"
                        + "{\"n_epochs\":4}}} | 4",
                ",\"hyperparameters\":{\"n_epochs\":2},\"method\":{\"type\":\"supervised\","
                        + "\"supervised\":{\"hyperparameters\":{\"n_epochs\":7}}} | 7",
                ",\"hyperparameters\":{\"n_epochs\":2},\"method\":{\"type\":\"supervised\","
                        + "\"supervised\":{\"hyperparameters\":{\"n_epochs\":\"auto\"}}} | 50",
            })
    void everyByteMayBeATokenInEveryPass(String more, int epochs) {
        TuningRequest request = decode(more, LINE);
        Usage most = Usage.of(MeterKind.TRAINING, (long) LINE.length() * epochs);
        assertThat(request.facts().media().most()).isEqualTo(most);
        assertThat(TuningWire.INSTANCE.most(request.kept())).isEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | no line",
                "[] | no JSON object",
                "{ | is not JSON",
                "{\"a\":1} | has neither",
                "{\"messages\":[]} | no list of messages",
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\"}]}]} | no text",
            })
    void whatCannotBeBoundedIsRefused(String content, String why) {
        assertThatThrownBy(() -> decode("", content + "\n"))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        e -> {
                            assertThat(e.fault().message()).contains(why);
                            assertThat(e.fault().param()).isEqualTo("training_file");
                        });
    }

    @Test
    void textInPartsAndOldExamplesAreTaken() {
        String parts =
                "{\"messages\":[{\"role\":\"user\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]}";
        String old = "{\"prompt\":\"a\",\"completion\":\"b\"}";
        assertThat(decode("", parts + "\n\n" + old).files()).hasSize(1);
    }

    private static JobLook read(String body) {
        return TuningWire.INSTANCE.read(body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    @Test
    void anEndCountsWithTheTokensItSays() {
        JobLook done = read("{\"id\":\"j\",\"status\":\"succeeded\",\"trained_tokens\":5768}");
        assertThat(done.state()).isEqualTo(JobLook.State.COMPLETED);
        assertThat(done.usage().count(MeterKind.TRAINING)).isEqualTo(5_768);
        JobLook cancelled = read("{\"id\":\"j\",\"status\":\"cancelled\",\"trained_tokens\":7}");
        assertThat(cancelled.state()).isEqualTo(JobLook.State.CANCELLED);
        assertThat(cancelled.usage().count(MeterKind.TRAINING)).isEqualTo(7);
        assertThat(read("{\"id\":\"j\",\"status\":\"running\",\"trained_tokens\":9}").usage())
                .isEqualTo(Usage.NONE);
        // tokens nobody told are not none
        for (String tokens : new String[] {"null", "-1", "1.5", "\"7\""}) {
            assertThatThrownBy(() ->
                            read(
                                    "{\"id\":\"j\",\"status\":\"succeeded\",\"trained_tokens\":"
                                            + tokens
                                            + "}"))
                    .isInstanceOf(FaultException.class);
        }
    }
}
