package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.script.Directive;
import dev.sluice.simulator.script.Directives;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Begins jobs, whichever way they were asked for.
final class Making {

    private static final long USUAL_MILLIS = 1_500;

    private final Models models;
    private final VideoStore store;
    private final InstantSource clock;

    Making(Models models, VideoStore store, InstantSource clock) {
        this.models = models;
        this.store = store;
        this.clock = clock;
    }

    VideoStore store() {
        return store;
    }

    InstantSource clock() {
        return clock;
    }

    /// What a request wants.
    ///
    /// @param of the job another version is made of, null for none
    record Wanted(
            String model, String prompt, int seconds, int width, int height, @Nullable String of) {

        Directives directives() {
            return Directives.ofModel(model).plus(Directives.inText(prompt));
        }
    }

    VideoJob begin(String account, String kind, Wanted wanted, Directives directives) {
        String bare = Directives.bareModel(wanted.model());
        Models.Model model =
                models.find(bare)
                        .orElseThrow(() ->
                                new RefusedException(
                                        404,
                                        "model_not_found",
                                        "The model `%s` does not exist.".formatted(bare)));
        if (model.kind() != Models.Kind.VIDEOS) {
            throw Json.bad("The model '" + bare + "' makes no videos.");
        }
        String fails = directives.text(Directive.FAILS, "");
        VideoJob job =
                new VideoJob(
                        kind + "sim%08d".formatted(store.next()),
                        bare,
                        wanted.prompt(),
                        wanted.seconds(),
                        wanted.width(),
                        wanted.height(),
                        clock.instant(),
                        Duration.ofMillis(directives.number(Directive.TAKES, USUAL_MILLIS)),
                        fails.isEmpty() ? null : fails,
                        wanted.of());
        store.put(account, job);
        return job;
    }
}
