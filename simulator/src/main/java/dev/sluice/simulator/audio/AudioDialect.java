package dev.sluice.simulator.audio;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.exchange.Upload;
import dev.sluice.simulator.openai.Failures;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.Set;

/// `/v1/audio/speech`, `/v1/audio/transcriptions`, `/v1/audio/translations`.
public final class AudioDialect implements Dialect {

    private static final String SPEECH = "/v1/audio/speech";
    private static final Set<String> PATHS =
            Set.of(SPEECH, "/v1/audio/transcriptions", "/v1/audio/translations");

    private final Models models;

    public AudioDialect(Models models) {
        this.models = models;
    }

    @Override
    public boolean serves(Route route) {
        return route.method().equals("POST") && PATHS.contains(route.path());
    }

    @Override
    public Asked read(Inbound request) {
        Upload upload = Upload.read(request);
        String asked = Json.text(upload.fields(), "model");
        boolean speaks = request.route().path().equals(SPEECH);
        String text = Json.text(upload.fields(), speaks ? "input" : "prompt");
        if (asked.isEmpty() || (speaks && text.isEmpty())) {
            throw Json.bad("Missing required parameter.");
        }
        String bare = Directives.bareModel(asked);
        Model model =
                models.find(bare)
                        .orElseThrow(() ->
                                new RefusedException(
                                        404,
                                        "model_not_found",
                                        "The model `%s` does not exist.".formatted(bare)));
        boolean stream =
                speaks
                        ? Json.text(upload.fields(), "stream_format").equals("sse")
                        : Json.flag(upload.fields(), "stream");
        return new AskedAudio(
                upload,
                model,
                speaks,
                stream,
                Directives.ofModel(asked).plus(Directives.inText(text)));
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    private record AskedAudio(
            Upload upload, Model of, boolean speaks, boolean stream, Directives directives)
            implements Asked {

        @Override
        public String model() {
            return of.id();
        }

        @Override
        public Answer answer(Directives all) {
            return speaks
                    ? new Spoken(upload, of, all).answer(stream)
                    : new Written(upload, of, all).answer(stream);
        }
    }
}
